#include "report.hpp"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <numeric>

namespace portrait_depth {
namespace {

constexpr int kGap = 8;       // pixels between pictures
constexpr int kEnlarged = 3;  // the detail below a picture

std::string text(const char* format, ...) __attribute__((format(printf, 1, 2)));
std::string text(const char* format, ...) {
  char line[1024];
  va_list values;
  va_start(values, format);
  std::vsnprintf(line, sizeof line, format, values);
  va_end(values);
  return line;
}

void paste(ImageView part, int left, int top, int scale, Image& sheet) {
  for (int y = 0; y < part.height() * scale; ++y)
    for (int x = 0; x < part.width() * scale; ++x)
      std::copy_n(part.pixel(x / scale, y / scale), 3, sheet.pixel(left + x, top + y));
}

struct Corner {
  int x = 0, y = 0;
};

// The window of this size with the largest sum of the frames' differences from the truth.
Corner most_different(const std::vector<Image>& frames, ImageView truth, int width, int height) {
  Plane<double> sum(truth.width() + 1, truth.height() + 1, 0);  // summed-area table
  for (int y = 0; y < truth.height(); ++y)
    for (int x = 0; x < truth.width(); ++x) {
      double difference = 0;
      for (const Image& frame : frames)
        for (int c = 0; c < 3; ++c)
          difference += std::abs(int{frame.pixel(x, y)[c]} - int{truth.pixel(x, y)[c]});
      sum(x + 1, y + 1) = difference + sum(x, y + 1) + sum(x + 1, y) - sum(x, y);
    }
  Corner best;
  double most = -1;
  for (int y = 0; y + height <= truth.height(); ++y)
    for (int x = 0; x + width <= truth.width(); ++x) {
      const double inside = sum(x + width, y + height) - sum(x, y + height) - sum(x + width, y) + sum(x, y);
      if (inside > most) {
        most = inside;
        best = {x, y};
      }
    }
  return best;
}

std::string table_row(const SourceResult& result, std::size_t method) {
  const FrameMeasures m = mean_of_method(result, method);
  const PictureMeasures inner = m.inner.value_or(PictureMeasures{});
  return text("| %s | %s | %.2f | %.3f | %.3f | %.2f | %.3f | %.3f | %.2f | %.3f | %.3f | %.2f %% |\n",
              name_of(result.source), methods()[method].name.c_str(), m.whole.psnr, m.whole.ssim,
              m.whole.gmsd, m.band.psnr, m.band.ssim, m.band.gmsd, inner.psnr, inner.ssim, inner.gmsd,
              100 * m.torn);
}

std::string lead_row(const SourceResult& result, std::size_t method) {
  const FrameMeasures ours = mean_of_method(result, 0), other = mean_of_method(result, method);
  int better = 0;
  for (const auto& person : result.measures) better += person[0].band.psnr > person[method].band.psnr ? 1 : 0;
  return text("| %s | %s | %+.2f dB | %+.2f dB | %d of %zu |\n", name_of(result.source),
              methods()[method].name.c_str(), ours.whole.psnr - other.whole.psnr,
              ours.band.psnr - other.band.psnr, better, result.measures.size());
}

}  // namespace

const char* name_of(EvaluatedDepth source) {
  return source == EvaluatedDepth::estimated ? "estimated" : "true";
}

FrameMeasures mean_of_method(const SourceResult& result, std::size_t method) {
  MeanMeasures mean;
  for (const auto& person : result.measures) mean.add(person[method]);
  return mean.mean();
}

std::size_t median_person(const SourceResult& result) {
  std::vector<double> leads;
  for (const auto& person : result.measures) {
    double best_other = 0;
    for (std::size_t m = 1; m < person.size(); ++m) best_other = std::max(best_other, person[m].band.psnr);
    leads.push_back(person[0].band.psnr - best_other);
  }
  std::vector<std::size_t> order(leads.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return leads[a] < leads[b]; });
  return order[order.size() / 2];
}

Image comparison(const RenderedPerson& person, const MethodInput& input, std::size_t view,
                 ThreadPool& threads) {
  const TrueView& truth = person.views[view];
  std::vector<Image> frames;
  for (const Method& method : methods()) {
    frames.emplace_back();
    method.prepare(input, threads)(truth.pose, frames.back());
  }
  const int width = truth.picture.width(), height = truth.picture.height();
  const int detail_width = width / kEnlarged, detail_height = detail_width * 3 / 4;
  const Corner corner = most_different(frames, truth.picture, detail_width, detail_height);
  std::vector<ImageView> shown{person.photo.picture, truth.picture};
  shown.insert(shown.end(), frames.begin(), frames.end());
  Image sheet(static_cast<int>(shown.size()) * (width + kGap) - kGap,
              height + kGap + detail_height * kEnlarged);
  for (int y = 0; y < sheet.height(); ++y)
    std::fill_n(sheet.pixel(0, y), 3 * sheet.width(), std::uint8_t{255});
  int left = 0;
  for (const ImageView& picture : shown) {
    paste(picture, left, 0, 1, sheet);
    paste({picture.pixel(corner.x, corner.y), detail_width, detail_height, picture.channels(),
           picture.stride()},
          left, height + kGap, kEnlarged, sheet);
    left += width + kGap;
  }
  return sheet;
}

std::string page(const std::vector<SourceResult>& results, const std::vector<std::string>& pictures,
                 const std::string& model) {
  std::string md = "# 3D photos against true renderings\n\n";
  md += text(
      "`make evaluate-photo3d` writes this page. [photo3d-evaluation.md](../photo3d-evaluation.md) describes "
      "the measures and assumptions. %zu people of the test split, the frames of "
      "`orbit`, "
      "network `%s`.\n\n",
      results[0].measures.size(), model.c_str());
  for (const Method& method : methods()) md += "- " + method.name + ": " + method.description + ".\n";
  md +=
      "\nPSNR in dB and SSIM: larger is better; GMSD: smaller is better.\n\n"
      "| depth and mask | method | PSNR | SSIM | GMSD | band PSNR | band SSIM | band GMSD | inner PSNR | "
      "inner SSIM | inner GMSD | torn |\n"
      "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n";
  for (const SourceResult& result : results)
    for (std::size_t m = 0; m < methods().size(); ++m) md += table_row(result, m);
  md +=
      "\nLead of Portrait Depth, and the number of people with a lead along the silhouette:\n\n"
      "| depth and mask | of | whole picture | band | better in the band |\n| --- | --- | --- | --- | --- "
      "|\n";
  for (const SourceResult& result : results)
    for (std::size_t m = 1; m < methods().size(); ++m) md += lead_row(result, m);
  md += "\nThe person with the median lead in the band. From left to right: the photo, the true view";
  for (const Method& method : methods()) md += ", " + method.name;
  md += ".\n";
  for (std::size_t i = 0; i < pictures.size(); ++i)
    md += text("\nWith %s depth and mask:\n\n![the photo, the truth and each method's frame](%s)\n",
               name_of(results[i].source), pictures[i].c_str());
  md +=
      "\nThe backgrounds are photos of Debian's package `lomiri-wallpapers-16.04`, by Aitzol "
      "Berasategi, Bolly, Sander Klootwijk, Trevor \"Freespace\", Jakub Mede and Peter Nerlich (CC BY 4.0 "
      "and CC BY-SA 4.0) and Clemens Engelhardt (CC0), cropped and partly put out of focus. The pictures on "
      "this page are therefore under [CC BY-SA 4.0](https://creativecommons.org/licenses/by-sa/4.0/).\n";
  return md;
}

}  // namespace portrait_depth

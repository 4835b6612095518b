#include "completion_scripts.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <sstream>

namespace portrait_depth::cli {
namespace {

struct Word {
  std::string short_name, long_name;  // without dashes; either may be empty
  std::string description;
  bool takes_value = false;
  std::vector<std::string> values;  // empty: a file or free text
};

struct Subcommand {
  std::string name, description;
  std::vector<Word> options;
  std::vector<std::string> argument_values;  // empty: files
};

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

// The values of CLI::IsMember, which writes them into the type: TEXT:{orbit,sway}.
std::vector<std::string> values_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::size_t begin = type.find('{'), end = type.find('}');
  std::vector<std::string> values;
  if (begin == std::string::npos || end == std::string::npos) return values;
  std::istringstream list(type.substr(begin + 1, end - begin - 1));
  for (std::string value; std::getline(list, value, ',');) values.push_back(value);
  return values;
}

Word word_of(const CLI::Option& option) {
  Word word;
  if (!option.get_snames().empty()) word.short_name = option.get_snames().front();
  if (!option.get_lnames().empty()) word.long_name = option.get_lnames().front();
  word.description = option.get_description();
  word.takes_value = option.get_items_expected_max() > 0;
  word.values = values_of(option);
  return word;
}

Subcommand subcommand_of(const CLI::App& app) {
  Subcommand result{app.get_name(), app.get_description(), {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    if (option->nonpositional())
      result.options.push_back(word_of(*option));
    else
      result.argument_values = values_of(*option);
  }
  return result;
}

std::vector<Subcommand> subcommands_of(const CLI::App& program) {
  std::vector<Subcommand> result;
  for (const CLI::App* app : program.get_subcommands([](const CLI::App*) { return true; }))
    result.push_back(subcommand_of(*app));
  return result;
}

std::string joined(const std::vector<std::string>& words, const std::string& separator = " ") {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : separator) + word;
  return text;
}

std::string names_with_dashes(const Word& word, const std::string& separator) {
  std::vector<std::string> names;
  if (!word.short_name.empty()) names.push_back("-" + word.short_name);
  if (!word.long_name.empty()) names.push_back("--" + word.long_name);
  return joined(names, separator);
}

std::string option_names(const std::vector<Word>& options) {
  std::vector<std::string> names;
  for (const Word& word : options) names.push_back(names_with_dashes(word, " "));
  return joined(names);
}

std::string bash_script(const Subcommand& program, const std::vector<Subcommand>& commands) {
  std::vector<std::string> names;
  std::ostringstream values, options;
  for (const Subcommand& command : commands) {
    names.push_back(command.name);
    for (const Word& word : command.options) {
      if (!word.takes_value) continue;
      const std::string prefix = command.name + ":";
      values << "    " << prefix << names_with_dashes(word, "|" + prefix) << ") words=\""
             << joined(word.values) << "\" ;;\n";
    }
    options << "    " << command.name << ") words=\""
            << joined({option_names(command.options), joined(command.argument_values)}) << "\" ;;\n";
  }
  return "# Completion of portrait-depth for bash.\n"
         "_portrait_depth() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} words\n"
         "  case ${COMP_WORDS[1]}:$previous in\n" +
         values.str() + "    *) case ${COMP_WORDS[1]} in\n" + replaced(options.str(), "    ", "      ") +
         "      *) words=\"" + joined(names) + " " + option_names(program.options) +
         "\" ;;\n"
         "    esac ;;\n"
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "}\n"
         "complete -o default -F _portrait_depth portrait-depth\n";
}

// Text of a zsh specification in single quotes.
std::string zsh_text(const std::string& text) {
  std::string result = text;
  for (const char* special : {"\\", "[", "]", ":"})
    result = replaced(result, special, "\\" + std::string(special));
  return replaced(result, "'", "'\\''");
}

std::string zsh_value(const std::vector<std::string>& values) {
  return values.empty() ? "_files" : "(" + joined(values) + ")";
}

std::string zsh_options(const std::vector<Word>& options, const std::string& indent) {
  std::string text;
  for (const Word& word : options) {
    const std::string rest = "[" + zsh_text(word.description) + "]" +
                             (word.takes_value ? ":value:" + zsh_value(word.values) : "") + "'";
    const bool has_both = !word.short_name.empty() && !word.long_name.empty();
    text += " \\\n" + indent +
            (has_both ? "{" + names_with_dashes(word, ",") + "}'" : "'" + names_with_dashes(word, "")) + rest;
  }
  return text;
}

std::string zsh_script(const Subcommand& program, const std::vector<Subcommand>& commands) {
  std::string names, cases;
  for (const Subcommand& command : commands) {
    names += "    '" + command.name + ":" + zsh_text(command.description) + "'\n";
    cases += "    " + command.name + ")\n      _arguments" + zsh_options(command.options, "        ") +
             " \\\n        '*:argument:" + zsh_value(command.argument_values) + "' ;;\n";
  }
  return "#compdef portrait-depth\n"
         "# Completion of portrait-depth for zsh.\n"
         "_portrait-depth() {\n"
         "  local -a commands\n"
         "  commands=(\n" +
         names +
         "  )\n"
         "  if ((CURRENT == 2)); then\n"
         "    _describe 'subcommand' commands\n"
         "    _arguments" +
         zsh_options(program.options, "      ") +
         "\n    return\n"
         "  fi\n"
         "  shift words\n"
         "  ((CURRENT--))\n"
         "  case ${words[1]} in\n" +
         cases +
         "  esac\n"
         "}\n"
         "if [[ $funcstack[1] == _portrait-depth ]]; then _portrait-depth; else compdef _portrait-depth "
         "portrait-depth; fi\n";
}

std::string fish_text(const std::string& text) {
  return "'" + replaced(replaced(text, "\\", "\\\\"), "'", "\\'") + "'";
}

std::string fish_options(const std::vector<Word>& options, const std::string& condition) {
  std::string text;
  for (const Word& word : options) {
    text += "complete -c portrait-depth -n " + fish_text(condition);
    if (!word.short_name.empty()) text += " -s " + word.short_name;
    if (!word.long_name.empty()) text += " -l " + word.long_name;
    if (word.takes_value) text += word.values.empty() ? " -r" : " -x -a " + fish_text(joined(word.values));
    text += " -d " + fish_text(word.description) + "\n";
  }
  return text;
}

std::string fish_script(const Subcommand& program, const std::vector<Subcommand>& commands) {
  std::string text =
      "# Completion of portrait-depth for fish.\n" + fish_options(program.options, "__fish_use_subcommand");
  for (const Subcommand& command : commands) {
    const std::string condition = "__fish_seen_subcommand_from " + command.name;
    text += "complete -c portrait-depth -f -n __fish_use_subcommand -a " + command.name + " -d " +
            fish_text(command.description) + "\n" + fish_options(command.options, condition);
    if (!command.argument_values.empty())
      text += "complete -c portrait-depth -f -n " + fish_text(condition) + " -a " +
              fish_text(joined(command.argument_values)) + "\n";
  }
  return text;
}

using Writer = std::string (*)(const Subcommand& program, const std::vector<Subcommand>& commands);
const std::map<std::string, Writer>& writers() {
  static const std::map<std::string, Writer> table = {
      {"bash", bash_script}, {"fish", fish_script}, {"zsh", zsh_script}};
  return table;
}

}  // namespace

std::vector<std::string> completion_shells() {
  std::vector<std::string> names;
  for (const auto& [name, writer] : writers()) names.push_back(name);
  return names;
}

std::string completion_script(const CLI::App& program, const std::string& shell) {
  return writers().at(shell)(subcommand_of(program), subcommands_of(program));
}

}  // namespace portrait_depth::cli

"""Names of photos and results, and the facts that a result keeps of its photo."""

import json
import subprocess
import unittest

from command_fixture import CommandTest, plain_picture


class Names(CommandTest):
    def test_a_quilts_own_name_holds_its_layout(self) -> None:
        photo = self.write("anna.png", plain_picture(300, 400))
        self.write("photos/bob.png", plain_picture(300, 400))
        options = ["--no-segmentation", "--stereo", "quilt", "--height", "64"]
        for name in [["--format", "jpg"], ["--format", "png"]]:
            self.succeed("photo3d", photo, *options, *name)
        self.succeed("photo3d", self.folder / "photos", *options, "--format", "jpg", "-o", f"{self.folder}/quilts/")
        names = sorted(str(file.relative_to(self.folder)) for file in self.folder.rglob("*_qs*"))
        layout = "_qs8x6a0.75"
        expected = [f"anna-3d{layout}.jpg", f"anna-3d{layout}.png", f"quilts/bob-3d{layout}.jpg"]
        self.assertEqual(names, expected)
        self.assertEqual(sorted(file.name for file in self.folder.glob("anna-3d.*")), [])
        # A name that -o gives stays; the line names the one that displays expect.
        result = self.succeed("photo3d", photo, *options, "-o", self.folder / "q.png")
        self.assertIn(f"displays expect the name q{layout}.png", result.stdout.decode())
        self.assertTrue((self.folder / "q.png").exists())

    def test_a_name_that_begins_with_a_dash(self) -> None:
        self.write("-dash.png", plain_picture())
        hint = "write -- before a file name that begins with -, as in -- -dash.png"
        self.fail_with(2, [hint], "info", "--no-segmentation", "-dash.png", cwd=self.folder)
        self.succeed("info", "--no-segmentation", "--", "-dash.png", cwd=self.folder)

    def test_photos_of_one_stem_and_unusual_endings(self) -> None:
        for name in ["a.png", "a.jfif", "b.jpe", "c.hif", "50%d.png"]:
            self.write(f"photos/{name}", plain_picture())
        self.write("photos/notes.txt", b"no photo")
        result = self.succeed("depth", self.folder / "photos", "--no-segmentation", "-o", f"{self.folder}/out/")
        self.assertEqual(
            sorted(file.name for file in (self.folder / "out").iterdir()),
            ["50_d-depth.png", "a-jfif-depth.png", "a-png-depth.png", "b-depth.png", "c-depth.png"],
        )
        self.assertIn("1 file skipped: notes.txt", result.stderr.decode())


class Capture(CommandTest):
    TAGS = ("-DateTimeOriginal", "-Make", "-Model", "-Orientation", "-GPSLatitude", "-LensModel")

    def tags(self, name: str) -> dict[str, object]:
        command = ["exiftool", "-json", "-n", *self.TAGS, str(self.folder / name)]
        found: dict[str, object] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)[0]
        del found["SourceFile"]
        return found

    def test_a_depth_photo_keeps_date_and_camera_by_choice(self) -> None:
        source = self.write("source.png", plain_picture(64, 96))
        photo = self.folder / "anna.jpg"
        subprocess.run(["ffmpeg", "-v", "error", "-i", source, photo], check=True)
        facts = ["-DateTimeOriginal=2024:05:31 12:30:00", "-Make=Camera Works", "-Model=One"]
        private = ["-GPSLatitude=48.1", "-GPSLatitudeRef=N", "-LensModel=50 mm", "-Orientation#=6"]
        subprocess.run(["exiftool", "-q", "-overwrite_original", *facts, *private, photo], check=True)
        options = ["photo3d", photo, "--no-segmentation"]
        self.succeed(*options, "-o", self.folder / "plain.jpg")
        self.assertEqual(self.tags("plain.jpg"), {})
        self.succeed(*options, "-o", self.folder / "kept.jpg", "--keep-capture")
        kept = {"DateTimeOriginal": "2024:05:31 12:30:00", "Make": "Camera Works", "Model": "One"}
        self.assertEqual(self.tags("kept.jpg"), kept)
        self.assertIn(b'GDepth:Format="RangeInverse"', (self.folder / "kept.jpg").read_bytes())
        self.fail_with(2, ["--keep-capture"], *options, "-o", self.folder / "a.gif", "--keep-capture")
        self.fail_with(2, ["--pair"], *options, "-o", self.folder / "a.jpg", "--keep-capture", "--pair")


if __name__ == "__main__":
    unittest.main()

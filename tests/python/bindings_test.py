"""The Python package has the functions of the C++ library, with arrays."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import PIL.Image
import portrait_depth
import pytest
from portrait_depth import DepthEstimator, DepthMap

COMMAND = os.environ["PORTRAIT_DEPTH_COMMAND"]
SAMPLES = sorted(Path(os.environ["PORTRAIT_DEPTH_SAMPLES"]).glob("*.jpg"))
Picture = npt.NDArray[np.uint8]

LIMITS = {"min_depth": 0.2, "max_depth": 0.9}


@pytest.fixture(scope="module")
def image() -> Picture:
    picture: Picture = portrait_depth.load_photo(SAMPLES[0], min_short_side=400)
    return picture


@pytest.fixture(scope="module")
def estimator() -> DepthEstimator:
    return portrait_depth.create_estimator()


@pytest.fixture(scope="module")
def depth(estimator: DepthEstimator, image: Picture) -> DepthMap:
    return estimator.estimate_depth(image, **LIMITS)


def test_the_package_has_all_of_the_compiled_module_under_its_own_name() -> None:
    compiled = portrait_depth._core
    names = {name for name in vars(compiled) if not name.startswith("_")} | {"__version__"}
    assert set(portrait_depth.__all__) == names
    for name in names:
        assert getattr(portrait_depth, name) is getattr(compiled, name)
    for type_ in (portrait_depth.DepthMap, portrait_depth.Error, portrait_depth.SupportedModel):
        assert type_.__module__ == "portrait_depth"
    assert "-> portrait_depth.DepthMap" in portrait_depth.DepthEstimator.estimate_depth.__doc__
    assert portrait_depth.__doc__ == compiled.__doc__


def test_photos_over_a_limit_are_rejected() -> None:
    height, width, _ = portrait_depth.load_photo(SAMPLES[0]).shape
    assert portrait_depth.load_photo(SAMPLES[0], max_pixels=width * height).shape == (height, width, 3)
    with pytest.raises(portrait_depth.Error, match=r"too large: .* over the limit of .* megapixels"):
        portrait_depth.load_photo(SAMPLES[0], max_pixels=width * height - 1)
    with pytest.raises(portrait_depth.Error, match=r"too large: .* over the limit of 1 MB"):
        portrait_depth.load_photo_with_intrinsics(SAMPLES[0], max_memory_bytes=1_000_000)


def test_metres_mask_and_values_belong_together(depth: DepthMap, image: Picture) -> None:
    assert depth.metres.shape == depth.mask.shape == image.shape[:2]
    person = depth.mask >= 0.5
    assert 0.1 < person.mean() < 0.95
    assert np.isfinite(depth.metres[depth.mask > 0]).all()
    values = depth.to_array()
    expected = np.clip((depth.metres / 2 - 0.2) / (0.9 - 0.2), 0, 1)
    np.testing.assert_allclose(values[person], expected[person], atol=1e-5)
    assert (values[~person] == 0).all()
    assert depth.to_image().shape == (*image.shape[:2], 4)


def test_views_outlive_the_names_of_their_owners(estimator: DepthEstimator, image: Picture) -> None:
    metres = estimator.estimate_depth(image, **LIMITS).metres
    assert np.isfinite(metres).any()
    with pytest.raises(ValueError, match="read-only"):
        metres[0, 0] = 1


def test_a_segmenter_finds_the_person_alone(image: Picture, depth: DepthMap) -> None:
    found = portrait_depth.create_segmenter().segment(image)
    assert found.found and found.mask.shape == image.shape[:2]
    x, y, width, height = (round(number) for number in found.box)
    inside = found.mask[y : y + height, x : x + width]
    assert (found.mask >= 0.5).sum() == (inside >= 0.5).sum()
    assert found.coverage == pytest.approx((found.mask >= 0.5).mean(), abs=1e-4)
    assert np.abs(found.mask - depth.mask).mean() < 0.02
    assert not portrait_depth.create_segmenter().segment(np.zeros((90, 120, 3), np.uint8)).found


def test_depth_written_into_a_photo_is_read_back(image: Picture, depth: DepthMap, tmp_path: Path) -> None:
    path = tmp_path / "with_depth.jpg"
    portrait_depth.save_depth_photo(image, depth, path)
    found = portrait_depth.read_embedded_depth(path)
    assert found.container == "gdepth" and found.is_absolute and found.matte is None
    step = image.shape[0] / found.metres.shape[0]
    rows, columns = (((np.arange(n) + 0.5) * step).astype(int) for n in found.metres.shape)
    expected = depth.metres[np.ix_(rows, columns)]
    person = depth.mask[np.ix_(rows, columns)] > 0.99
    assert person.sum() > 1000
    close = np.abs(found.metres[person] / expected[person] - 1) < 0.03
    assert close.mean() > 0.97


def test_a_photo_without_depth_gives_none() -> None:
    assert portrait_depth.read_embedded_depth(SAMPLES[0]) is None


def test_a_mirrored_result_is_the_mirror_of_the_result(
    estimator: DepthEstimator, image: Picture, depth: DepthMap
) -> None:
    mirrored = estimator.estimate_depth(image, flip_horizontal=True, **LIMITS)
    np.testing.assert_allclose(mirrored.mask, depth.mask[:, ::-1], atol=1e-6)


def test_flip_augmentation_is_equal_for_the_mirror_image(image: Picture) -> None:
    whole = portrait_depth.create_estimator(segmentation=False)  # the segmenter distinguishes them
    mirror_image = np.ascontiguousarray(image[:, ::-1])

    def apart(**config: bool) -> float:
        metres = whole.estimate_depth(image, **config, **LIMITS).metres
        mirrored = whole.estimate_depth(mirror_image, **config, **LIMITS).metres
        return float(np.abs(mirrored[:, ::-1] - metres).max())

    assert apart(flip_augmentation=True) < 1e-3 < apart()


def test_rows_with_gaps_are_taken_as_they_are(estimator: DepthEstimator, image: Picture, depth: DepthMap) -> None:
    wide = np.zeros((image.shape[0], image.shape[1] + 7, 3), np.uint8)
    wide[:, : image.shape[1]] = image
    again = estimator.estimate_depth(wide[:, : image.shape[1]], **LIMITS)
    np.testing.assert_array_equal(again.mask, depth.mask)


def test_errors_name_the_action(estimator: DepthEstimator, image: Picture) -> None:
    with pytest.raises(portrait_depth.Error, match=r"^minDepth must be <= maxDepth\.$"):
        estimator.estimate_depth(image, min_depth=0.9, max_depth=0.2)
    with pytest.raises(portrait_depth.Error, match="minDepth and maxDepth set must be provided"):
        estimator.estimate_depth(image, min_depth=float("nan"), max_depth=0.2)
    with pytest.raises(portrait_depth.Error, match="uint8 array of height x width x 3"):
        estimator.estimate_depth(image.astype(np.float32), **LIMITS)
    with pytest.raises(portrait_depth.Error, match="no person"):
        estimator.estimate_depth(np.full((200, 200, 3), 128, np.uint8), **LIMITS)
    with pytest.raises(portrait_depth.Error, match=r"nowhere\.jpg"):
        portrait_depth.load_photo("nowhere.jpg")
    with pytest.raises(portrait_depth.Error, match=r"from 1 to .*uint8 of shape \(0, 5, 3\)"):
        estimator.estimate_depth(np.zeros((0, 5, 3), np.uint8), **LIMITS)
    tall = np.broadcast_to(np.zeros((1, 4, 3), np.uint8), (2**32 + 16, 4, 3))
    with pytest.raises(portrait_depth.Error, match="from 1 to"):
        estimator.estimate_depth(tall, mask=np.ones((16, 4), np.float32), **LIMITS)
    with pytest.raises(portrait_depth.Error, match="unknown model"):
        portrait_depth.create_estimator(portrait_depth.SupportedModel(9))


def test_masks_are_taken_as_bool_float_and_bytes(estimator: DepthEstimator, image: Picture) -> None:
    soft = np.zeros(image.shape[:2], np.uint8)
    soft[100:300, 100:300] = 204
    for mask, highest in [(soft, 0.8), (soft / np.float64(255), 0.8), (soft > 0, 1), (soft.T.copy().T, 0.8)]:
        depth = estimator.estimate_depth(image, mask=mask, **LIMITS)
        assert depth.mask.max() == pytest.approx(highest, abs=1e-6)
    for wrong in [soft.astype(np.int32), soft[..., None], soft[0]]:
        with pytest.raises(portrait_depth.Error, match=r"bool, float 0\.\.1 or uint8 0\.\.255"):
            estimator.estimate_depth(image, mask=wrong, **LIMITS)


def test_the_photos_own_camera_gives_the_distance(estimator: DepthEstimator, tmp_path: Path) -> None:
    photo = PIL.Image.open(SAMPLES[0])
    exif = photo.getexif()
    exif.get_ifd(0x8769)[0xA405] = 100  # FocalLengthIn35mmFilm
    photo.save(tmp_path / "tele.jpg", exif=exif)
    image, camera = portrait_depth.load_photo_with_intrinsics(tmp_path / "tele.jpg", min_short_side=400)
    assert (camera.height, camera.width) == image.shape[:2]
    far = estimator.estimate_depth(image, intrinsics=camera, **LIMITS)
    near = estimator.estimate_depth(image, **LIMITS)
    assert far.intrinsics.fx == camera.fx
    assert far.head_distance_metres / near.head_distance_metres == pytest.approx(
        camera.fx / near.intrinsics.fx, rel=1e-4
    )
    photo.save(tmp_path / "unknown.jpg")
    assert portrait_depth.load_photo_with_intrinsics(tmp_path / "unknown.jpg")[1] is None


def test_a_photo_in_one_call(estimator: DepthEstimator, image: Picture) -> None:
    photo = estimator.estimate_photo(image, head_pass=False)
    left, top, width, height = photo.box
    face_left, face_top, face_width, face_height = photo.face
    assert left < face_left + face_width / 2 < left + width
    assert top < face_top + face_height / 2 < top + height
    assert 0.1 < photo.coverage < 1
    depth = estimator.estimate_depth(image, flip_augmentation=True, **LIMITS)
    assert depth.limits == pytest.approx((LIMITS["min_depth"], LIMITS["max_depth"]))
    depth.limits = depth.limits_of_person()
    np.testing.assert_array_equal(photo.depth.to_array(), depth.to_array())
    head_pass = estimator.estimate_photo(image)
    person = np.array(photo.depth.mask) > 0
    assert np.abs(np.array(head_pass.depth.metres) - np.array(photo.depth.metres))[person].max() > 0.001
    with pytest.raises(portrait_depth.Error, match="minDepth must be <= maxDepth"):
        depth.limits = (0.9, 0.2)
    limited = estimator.estimate_photo(image, limits=(0.2, 0.9)).depth
    assert limited.limits == pytest.approx((0.2, 0.9))


def test_a_photo_without_a_face(estimator: DepthEstimator) -> None:
    cat = portrait_depth.load_photo(Path(__file__).parents[2] / ".deps/samples/chelsea.png")
    with pytest.raises(portrait_depth.Error, match="no face is visible"):
        estimator.estimate_photo(cat)
    assert estimator.estimate_photo(cat, any_subject=True).face is None
    mask = np.zeros(cat.shape[:2], bool)
    mask[50:250, 100:300] = True
    assert estimator.estimate_photo(cat, mask=mask).box == (100, 50, 200, 200)


def test_a_forked_process_rejects_photos(image: Picture) -> None:
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        try:
            portrait_depth.load_photo(SAMPLES[0], min_short_side=100)
        except portrait_depth.Error as error:
            os._exit(0 if "spawn" in str(error) else 1)
        os._exit(2)
    assert os.waitpid(child, 0)[1] == 0


def longest_hold(action: Callable[[], object]) -> tuple[float, float]:
    """The longest time in seconds for which another thread stood still, and the duration of the action."""
    longest, stop = 0.0, threading.Event()

    def watch() -> None:
        nonlocal longest
        last = time.perf_counter()
        while not stop.is_set():
            time.sleep(0.0005)
            now = time.perf_counter()
            longest, last = max(longest, now - last), now

    watcher = threading.Thread(target=watch)
    watcher.start()
    start = time.perf_counter()
    action()
    took = time.perf_counter() - start
    stop.set()
    watcher.join()
    return longest, took


# No other test has this network open, so that the call loads its file.
FAST = portrait_depth.SupportedModel.ARPortraitDepthFast


@pytest.mark.parametrize("call", ["load_photo", "create_estimator"])
def test_other_threads_run_during_long_calls(call: str, tmp_path: Path) -> None:
    PIL.Image.new("RGB", (4000, 3000)).save(tmp_path / "large.png")
    arguments = {"load_photo": (tmp_path / "large.png",), "create_estimator": (FAST,)}[call]
    holds = (longest_hold(lambda: getattr(portrait_depth, call)(*arguments)) for _ in range(5))
    assert min(longest / took for longest, took in holds) < 0.6


def frames_of_film(film: Path) -> str:
    """Width, height, frames a second and number of frames, by ffprobe."""
    fields = ["-show_entries", "stream=width,height,r_frame_rate,nb_read_frames", "-of", "csv=p=0"]
    return subprocess.check_output(["ffprobe", "-v", "error", "-count_frames", *fields, film], text=True).strip()


def test_a_3d_photo_is_saved_as_large_and_fast_as_the_command_makes_it(
    estimator: DepthEstimator, tmp_path: Path
) -> None:
    picture = portrait_depth.load_photo(SAMPLES[0], min_short_side=900)
    photo = tmp_path / "photo.png"
    PIL.Image.fromarray(picture).save(photo)
    built = portrait_depth.Photo3D.build(picture, estimator.estimate_depth(picture, **LIMITS))
    for name, arguments in [("a.gif", {}), ("a.webm", {}), ("b.gif", {"height": 121}), ("c.gif", {"fps": 10})]:
        options = [f"--{option}={value}" for option, value in {"duration": 0.2, **arguments}.items()]
        by_command = tmp_path / f"command-{name}"
        subprocess.run([COMMAND, "photo3d", photo, "-o", by_command, "--quiet", *options], check=True)
        built.save(tmp_path / name, duration=0.2, **arguments)
        assert frames_of_film(tmp_path / name) == frames_of_film(by_command), name


def test_relief_flattens_a_3d_photo(image: Picture, depth: DepthMap, tmp_path: Path) -> None:
    films = []
    for relief in [0, 1]:
        films.append(tmp_path / f"{relief}.gif")
        portrait_depth.Photo3D.build(image, depth, relief=relief).save(films[-1], height=120, duration=0.2)
    assert films[0].read_bytes() != films[1].read_bytes()
    with pytest.raises(portrait_depth.Error, match="relief"):
        portrait_depth.Photo3D.build(image, depth, relief=-1)


def test_a_name_without_an_extension_is_not_a_film(image: Picture, depth: DepthMap, tmp_path: Path) -> None:
    with pytest.raises(portrait_depth.Error, match=r"the name has no extension. Add one, such as [\w.]+$"):
        portrait_depth.Photo3D.build(image, depth).save(tmp_path / "a")


@pytest.mark.parametrize("height", [-1, 0, 1, 16385])
def test_invalid_heights_of_films_are_rejected(height: int, image: Picture, depth: DepthMap, tmp_path: Path) -> None:
    with pytest.raises(portrait_depth.Error, match="between 2 and 16384"):
        portrait_depth.Photo3D.build(image, depth).save(tmp_path / "a.gif", height=height)


def test_a_3d_photo_is_saved_as_a_film_that_moves(image: Picture, depth: DepthMap, tmp_path: Path) -> None:
    path = tmp_path / "photo.gif"
    portrait_depth.Photo3D.build(image, depth).save(path, height=120, duration=0.5, fps=10)
    assert frames_of_film(path).split(",")[1:] == ["120", "10/1", "5"]
    assert "orbit" in portrait_depth.camera_presets()


def test_a_given_map_is_used_as_it_is(estimator: DepthEstimator, image: Picture, tmp_path: Path) -> None:
    direct = estimator.estimate_photo(image)
    assert (direct.source, direct.warning) == ("network", "")
    metres = np.array(direct.depth.metres)
    given = estimator.estimate_photo(image, depth=metres)
    assert given.source == "sensor"
    person = direct.depth.mask >= 0.5
    np.testing.assert_array_equal(given.depth.metres[person], metres[person])
    assert given.depth.head_distance_metres == pytest.approx(direct.depth.head_distance_metres, rel=1e-5)
    np.save(tmp_path / "d.npy", metres)
    from_file = estimator.estimate_photo(image, depth=portrait_depth.load_depth_file(tmp_path / "d.npy"))
    np.testing.assert_array_equal(from_file.depth.metres[person], metres[person])


def test_depth_inside_a_photo_is_fused(estimator: DepthEstimator, image: Picture, tmp_path: Path) -> None:
    far = estimator.estimate_photo(image, head_distance_metres=2.5)
    portrait_depth.save_depth_photo(image, far.depth, tmp_path / "inside.jpg")
    inside = portrait_depth.read_embedded_depth(tmp_path / "inside.jpg")
    fused = estimator.estimate_photo(image, depth=inside)
    assert fused.source == "fused"
    assert fused.depth.head_distance_metres == pytest.approx(2.5, abs=0.2)
    network = estimator.estimate_photo(image, depth=inside, source="network")
    assert network.depth.head_distance_metres < 2
    with pytest.raises(portrait_depth.Error, match="auto, sensor, network or fused"):
        estimator.estimate_photo(image, depth=inside, source="both")
    for form, container in (("gdepth", "gdepth"), ("dynamic_depth", "dynamic_depth"), ("apple", "apple_jpeg")):
        portrait_depth.save_depth_photo(image, far.depth, tmp_path / "form.jpg", form=form)
        inside = portrait_depth.read_embedded_depth(tmp_path / "form.jpg")
        assert inside and inside.container == container
    with pytest.raises(portrait_depth.Error, match="gdepth, dynamic_depth or apple"):
        portrait_depth.save_depth_photo(image, far.depth, tmp_path / "form.jpg", form="any")  # type: ignore[arg-type]


def test_relative_depth_has_the_networks_scale(estimator: DepthEstimator, image: Picture) -> None:
    direct = estimator.estimate_photo(image).depth
    person = direct.mask >= 0.5
    values = np.nan_to_num(5 - 3 * np.array(direct.metres))
    given = portrait_depth.GivenDepth(values, unit="relative")
    assert (given.unit, given.is_measured) == ("relative", False)
    placed = estimator.estimate_photo(image, depth=given).depth
    np.testing.assert_allclose(placed.metres[person], np.array(direct.metres)[person], atol=2e-3)
    with pytest.raises(portrait_depth.Error, match="black, white or None"):
        portrait_depth.GivenDepth(values, near="gray")


PROJECT = Path(__file__).parents[2]


def phone_photo(folder: Path) -> Path:
    """A sample with the EXIF of a phone's front camera that looks up by asin(3/7): tests/fuzz/make_seeds.py."""
    jpeg, exif = SAMPLES[0].read_bytes(), (PROJECT / "tests/fuzz/corpus/exif/phone.exif").read_bytes()
    photo = folder / "phone.jpg"
    photo.write_bytes(jpeg[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + jpeg[2:])
    return photo


def test_the_tilt_of_a_phone_is_read_and_changes_the_slope(
    estimator: DepthEstimator, image: Picture, tmp_path: Path
) -> None:
    assert portrait_depth.read_camera_tilt(SAMPLES[0]) is None
    tilt = portrait_depth.read_camera_tilt(phone_photo(tmp_path))
    assert tilt == pytest.approx((np.arcsin(3 / 7), np.arctan(1 / 3)), abs=1e-5)
    level = estimator.estimate_photo(image).depth
    up = estimator.estimate_photo(image, camera_pitch=tilt[0], camera_roll=tilt[1]).depth
    person = np.nonzero(level.mask > 0.5)
    change = (up.metres - level.metres)[person]
    # The lower part of a person is nearer to a camera that looks up.
    assert np.corrcoef(person[0], change)[0, 1] < -0.6
    frame = estimator.estimate_depth(image, **LIMITS, camera_pitch=0.3)
    assert not np.array_equal(frame.metres, estimator.estimate_depth(image, **LIMITS).metres)
    for pitch in (30, float("nan")):
        with pytest.raises(portrait_depth.Error, match="camera's pitch must be -pi/2 to pi/2"):
            estimator.estimate_photo(image, camera_pitch=pitch)

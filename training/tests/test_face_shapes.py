"""Registration, morph targets and the measure of noses, on small meshes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from portrait_depth_training.__main__ import main
from portrait_depth_training.face_shapes import ict, landmarks, makehuman
from portrait_depth_training.face_shapes.carry import Follower, face_share
from portrait_depth_training.face_shapes.mesh import (
    Floats,
    MeshError,
    Surface,
    Topology,
    edges_of,
    triangles_of,
    vertex_normals,
)
from portrait_depth_training.face_shapes.proportions import nose_heights
from portrait_depth_training.face_shapes.registration import (
    Graph,
    Landmarks,
    SourceMesh,
    Stage,
    fit_affine,
    fit_similarity,
    fit_surface,
)


def _grid(rows: int, columns: int) -> list[list[int]]:
    """Quads between rows of vertices; columns close to rings."""
    return [
        [
            r * columns + c,
            r * columns + (c + 1) % columns,
            (r + 1) * columns + (c + 1) % columns,
            (r + 1) * columns + c,
        ]
        for r in range(rows - 1)
        for c in range(columns)
    ]


def _ball(
    rows: int, columns: int, turn: float = 0.0, nose: float = 0.0
) -> tuple[Floats, list[list[int]]]:
    """A sphere without poles, and with a nose toward z."""
    height, angle = np.meshgrid(
        np.linspace(-0.95, 0.95, rows),
        turn + np.arange(columns) / columns * 2 * np.pi,
        indexing="ij",
    )
    radius = np.sqrt(1 - height**2)
    at = np.stack([radius * np.sin(angle), height, radius * np.cos(angle)], -1).reshape(-1, 3)
    grown = 1 + nose * np.exp(-((at - [0, 0, 1]) ** 2).sum(1) / 0.1)
    return at * grown[:, None], _grid(rows, columns)


def test_edge_loops_run_straight_and_close() -> None:
    topology = Topology(_grid(4, 6))
    assert topology.edge_loop(6, 7) == [6, 7, 8, 9, 10, 11]
    with pytest.raises(MeshError, match="ends at vertex"):
        topology.edge_loop(6, 0)
    assert topology.connected(0, range(6, 12)) == set(range(6))


def test_arcs_go_from_corner_to_corner() -> None:
    angle = np.arange(8) / 8 * 2 * np.pi
    ring = np.stack([2 * np.cos(angle), np.sin(angle), 0 * angle], -1)
    upper, lower = landmarks.arcs(ring, [3, 4, 5, 6, 7, 0, 1, 2])
    assert upper == [4, 3, 2, 1, 0]
    assert lower == [4, 5, 6, 7, 0]
    middle = landmarks.along(ring[upper], np.array([0, 0.5, 1]))
    np.testing.assert_allclose(middle, [[-2, 0, 0], [0, 1, 0], [2, 0, 0]], atol=1e-12)


def test_the_nearest_point_has_the_same_side() -> None:
    front = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], float)
    positions = np.concatenate([front, front - [0, 0, 0.1]])
    sheet = Surface(positions, triangles_of([[0, 1, 2, 3], [7, 6, 5, 4]]), normal_length=1.0)
    points = np.array([[0.3, 0.6, -0.08], [2, 0.5, 0.3]])
    toward = np.array([[0, 0, 1.0], [0, 0, 1]])
    np.testing.assert_allclose(
        sheet.at(sheet.closest(points, toward)), [[0.3, 0.6, 0], [1, 0.5, 0]], atol=1e-12
    )
    np.testing.assert_allclose(
        sheet.at(sheet.closest(points, -toward))[0], [0.3, 0.6, -0.1], atol=1e-12
    )


def test_points_of_a_surface_carry_linear_fields_exactly() -> None:
    positions, polygons = _ball(9, 12)
    surface = Surface(positions, triangles_of(polygons), 0.5)
    other, other_polygons = _ball(7, 10, turn=0.2)
    on = surface.closest(other, vertex_normals(other, triangles_of(other_polygons)))
    matrix = np.random.default_rng(1).normal(size=(2, 3, 3))
    fields = positions @ matrix
    np.testing.assert_allclose(
        on.of(surface.triangles, fields), surface.at(on) @ matrix, atol=1e-12
    )


def test_a_similarity_is_recovered_and_inverted() -> None:
    random = np.random.default_rng(2)
    points = random.normal(size=(20, 3))
    turn = np.linalg.qr(random.normal(size=(3, 3)))[0]
    turn *= np.sign(np.linalg.det(turn))
    moved = 1.7 * points @ turn.T + [1, 2, 3]
    similarity = fit_similarity(points, moved)
    np.testing.assert_allclose(similarity.points(points), moved, atol=1e-9)
    np.testing.assert_allclose(similarity.inverse().points(moved), points, atol=1e-9)
    matrix, shift = fit_affine(points, moved - points)
    np.testing.assert_allclose(points @ matrix + shift, moved - points, atol=1e-9)


def test_a_mesh_is_laid_on_another_of_other_triangles() -> None:
    positions, polygons = _ball(24, 40)
    target, target_polygons = _ball(31, 52, turn=0.07, nose=0.35)
    surface = Surface(target, triangles_of(target_polygons), 0.5)
    graph = Graph(positions, edges_of(polygons))
    tip = int(np.argmax(positions @ [0, 0.05, 1]))
    fit = fit_surface(
        SourceMesh(positions, triangles_of(polygons), graph),
        surface,
        np.ones(len(positions)),
        Landmarks(np.array([tip]), np.array([[0.0, 0.0, 1.35]]), np.ones(1)),
        [Stage(bending, bending / 100, 20) for bending in (50, 10, 2, 0.5, 0.1)],
        farthest=0.5,
    )
    assert fit.matched.mean() > 0.95
    assert np.quantile(fit.distances[fit.matched], 0.95) < 0.01
    assert fit.positions[tip, 2] > 1.3
    assert np.linalg.norm(fit.positions - positions, axis=1).max() < 0.5


def test_unknown_vertices_take_the_means_of_their_neighbors() -> None:
    line = np.stack([np.arange(5.0), np.zeros(5), np.zeros(5)], -1)
    graph = Graph(line, np.array([[0, 1], [1, 2], [2, 3], [3, 4]]))
    filled = graph.filled(np.array([0, 4]), np.array([[0.0], [8.0]]))
    np.testing.assert_allclose(filled[:, 0], [0, 2, 4, 6, 8], atol=1e-6)


def test_helpers_follow_the_nearest_skin_and_far_ones_stay() -> None:
    skin = np.array([[x, y, 0] for x in range(6) for y in range(6)], float)
    follower = Follower(np.array([[2.5, 2.5, 0.1], [2.5, 2.5, 50]]), skin)
    moves = follower.offsets(np.ones_like(skin))
    np.testing.assert_allclose(moves, [[1, 1, 1], [0, 0, 0]], atol=1e-12)


def test_faces_end_smoothly_on_the_head() -> None:
    nose, throat, nape, scalp = [0, 70, 16], [0, 56.5, 7], [0, 66, -4], [0, 84, 5]
    share = face_share(np.array([nose, throat, nape, scalp], float))
    np.testing.assert_allclose(share, [1, 0, 0, 0], atol=1e-6)
    down = np.stack([np.zeros(200), np.linspace(64, 55, 200), np.linspace(13, 7, 200)], -1)
    assert np.abs(np.diff(face_share(down))).max() < 0.03


def test_targets_are_read_as_written(tmp_path: Path) -> None:
    offsets = np.zeros((5, 3))
    offsets[1], offsets[3], offsets[4] = [0.5, -0.25, 0.125], [0, 0, 1e-6], [-1, 0, 0]
    for name in ("a", "b"):
        makehuman.write_target(tmp_path / name / "x.target.gz", offsets)
    read = makehuman.read_target(tmp_path / "a" / "x.target.gz", 5)
    np.testing.assert_allclose(read, np.where(np.abs(offsets) < 1e-5, 0, offsets))
    first, second = (tmp_path / name / "x.target.gz" for name in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()


def test_noses_are_measured_from_the_plane_of_eyes_and_chin() -> None:
    corners = np.array([[-4.0, 0, 1]]), np.array([[4.0, 0, 1]])
    heights = nose_heights(
        corners, np.array([[0, -10.0, 1]]), np.array([[0, -3, 5.0]]), np.array([[0, 0, 3.0]])
    )
    assert heights.tip[0] == pytest.approx(0.5)
    assert heights.bridge[0] == pytest.approx(0.25)
    assert heights.text() == "nose tip 0.500 ± 0.000, bridge 0.250 ± 0.000"


def test_refusals_name_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "other.npz"
    np.savez(other, neutral=np.zeros((3, 3)))
    with pytest.raises(MeshError, match=r"other\.npz: not the arrays of the ICT Face Model Light"):
        ict.read_model(other)
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "base.obj").write_text("g none\nv 0 0 0\n")
    with pytest.raises(MeshError, match=r"base\.obj: not the base mesh hm08"):
        makehuman.read_base(tmp_path)
    options = ["face-shapes", "--parts", str(tmp_path), "--model", str(other)]
    assert main([*options, "--output", str(tmp_path)]) == 1
    assert "not empty; choose an empty folder for --output" in capsys.readouterr().err
    empty = tmp_path / "new"
    assert main([*options, "--output", str(empty)]) == 1
    assert "other.npz" in capsys.readouterr().err
    assert not empty.exists()


def test_a_model_of_another_size_is_rejected(tmp_path: Path) -> None:
    file = tmp_path / "small.npz"
    np.savez(
        file,
        neutral=np.zeros((4, 3)),
        identity=np.zeros((1, 4, 3)),
        expression=np.zeros((1, 4, 3)),
        expression_names=np.array(["x"]),
        faces=np.array([[0, 1, 2, -1]]),
    )
    with pytest.raises(MeshError, match=r"small\.npz: 4 vertices"):
        ict.read_model(file)

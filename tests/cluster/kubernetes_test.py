"""The Kubernetes examples fit Kubernetes' schemas, and the RayJob's pods too.

The package kubernetes-validate holds the schemas. The schema of RayJob itself is in no package: its fields are compared
with the list below, after KubeRay's API ray.io/v1.
"""

from __future__ import annotations

import unittest
from pathlib import Path
from typing import Any

import kubernetes_validate
import ray
import yaml
from portrait_depth.batch import parse

EXAMPLES = Path(__file__).resolve().parents[2] / "examples/kubernetes"
VERSION = "1.34"
RAY_JOB = {"entrypoint", "shutdownAfterJobFinishes", "ttlSecondsAfterFinished", "backoffLimit", "rayClusterSpec"}
RAY_CLUSTER = {"rayVersion", "headGroupSpec", "workerGroupSpecs"}
HEAD = {"rayStartParams", "template"}
WORKERS = HEAD | {"groupName", "replicas", "minReplicas", "maxReplicas"}


def documents(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((EXAMPLES / name).read_text()))


class Kubernetes(unittest.TestCase):
    def test_the_service_fits_the_schemas(self) -> None:
        service = documents("service.yaml")
        for document in service:
            kubernetes_validate.validate(document, VERSION, strict=True)
        service[1]["spec"]["replica"] = 2
        with self.assertRaisesRegex(kubernetes_validate.ValidationError, "replica"):
            kubernetes_validate.validate(service[1], VERSION, strict=True)

    def test_the_deployment_has_probes_limits_and_no_rights(self) -> None:
        container = documents("service.yaml")[1]["spec"]["template"]["spec"]["containers"][0]
        for probe in ["startupProbe", "livenessProbe", "readinessProbe"]:
            self.assertEqual(container[probe]["httpGet"]["port"], container["ports"][0]["name"])
        self.assertEqual(set(container["resources"]["limits"]), {"cpu", "memory"})
        self.assertTrue(container["securityContext"]["readOnlyRootFilesystem"])

    def test_the_ray_job_has_the_fields_of_its_kind(self) -> None:
        (job,) = documents("rayjob.yaml")
        self.assertEqual((job["apiVersion"], job["kind"]), ("ray.io/v1", "RayJob"))
        self.assertLessEqual(set(job["spec"]), RAY_JOB)
        cluster = job["spec"]["rayClusterSpec"]
        self.assertEqual(set(cluster), RAY_CLUSTER)
        self.assertEqual(cluster["rayVersion"], ray.__version__)
        self.assertLessEqual(set(cluster["headGroupSpec"]), HEAD)
        for group in [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]:
            self.assertLessEqual(set(group), WORKERS)
            pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, **group["template"]}
            kubernetes_validate.validate(pod, VERSION, strict=True)

    def test_the_ray_job_runs_a_command_line_that_exists(self) -> None:
        (job,) = documents("rayjob.yaml")
        words = job["spec"]["entrypoint"].split()
        self.assertEqual(words[:3], ["python", "-m", "portrait_depth.batch"])
        choice = parse(words[3:])
        self.assertEqual((choice.task, choice.ray, choice.options), ("photo3d", "auto", ["--height", "480"]))


if __name__ == "__main__":
    unittest.main()

"""/openapi.json is valid OpenAPI 3.1, names the limits that the service enforces, and makes a client."""

import io
import json
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any

from openapi_python_client import Config, generate
from openapi_python_client.config import ConfigFile, MetaType
from openapi_spec_validator import OpenAPIV31SpecValidator
from service_fixture import PHOTO, Service

TASKS = ("depth", "segment", "photo3d")


class OpenApi(unittest.TestCase):
    service: Service
    document: dict[str, Any]

    @classmethod
    def setUpClass(cls) -> None:
        cls.service = Service("--workers", "1")
        cls.document = cls.service.get("/openapi.json").json()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.service.stop()
        cls.service.log.close()

    def parameters(self, task: str) -> list[dict[str, Any]]:
        return list(self.document["paths"][f"/v1/{task}"]["post"]["parameters"])

    def test_the_document_is_valid(self) -> None:
        self.assertEqual([str(error) for error in OpenAPIV31SpecValidator(self.document).iter_errors()], [])

    def test_each_limit_of_the_document_is_the_services(self) -> None:
        checked = 0
        for task in TASKS:
            for parameter in self.parameters(task):
                schema = parameter["schema"]
                wrong = ["no-such-word"] if "enum" in schema else []
                if "maximum" in schema:
                    wrong += [str(schema["maximum"] + 1), str(schema["minimum"] - 1), "x"]
                for value in wrong:
                    answer = self.service.post(f"/v1/{task}?{parameter['name']}={value}", b"")
                    self.assertEqual(answer.status, 400)
                    self.assertNotIn("photo: missing", answer.detail(), (parameter["name"], value))
                    checked += 1
                # The photo is missed only after all options were accepted.
                for value in schema.get("enum", []):
                    answer = self.service.post(f"/v1/{task}?{parameter['name']}={value}", b"")
                    self.assertIn("photo: missing", answer.detail(), (parameter["name"], value))
                    checked += 1
        self.assertGreater(checked, 60)

    def test_the_form_has_the_files(self) -> None:
        form = self.document["paths"]["/v1/photo3d"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
        for name in ("photo", "mask", "path"):
            self.assertEqual(form["properties"][name]["format"], "binary")

    def test_a_generated_client_makes_a_film(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "openapi.json"
            source.write_text(json.dumps(self.document))
            config = Config.from_sources(
                ConfigFile(post_hooks=[], project_name_override="client", package_name_override="depth_client"),
                MetaType.NONE,
                document_source=source,
                file_encoding="utf-8",
                overwrite=True,
                output_path=Path(folder) / "depth_client",
            )
            errors = generate(config=config)
            self.assertEqual([error for error in errors if error.level.name == "ERROR"], [])
            sys.path.insert(0, folder)
            self.addCleanup(sys.path.remove, folder)
            self.call_client()

    def call_client(self) -> None:
        import depth_client
        from depth_client.api.default import models, segment
        from depth_client.models import Result, SegmentFilesBody, SegmentFormat
        from depth_client.types import File

        client = depth_client.Client(f"http://127.0.0.1:{self.service.port}", headers={"Accept": "application/json"})
        names = [model.name for model in models.sync(client=client)]
        self.assertIn("ar_portrait_depth_fast", names)
        photo = File(payload=io.BytesIO(PHOTO), file_name="anna.jpg", mime_type="image/jpeg")
        answer = segment.sync_detailed(client=client, body=SegmentFilesBody(photo=photo), format_=SegmentFormat.JPG)
        self.assertEqual(answer.status_code, 200, answer.content)
        result = answer.parsed
        assert isinstance(result, Result), result
        self.assertEqual(result.media_type, "image/jpeg")


if __name__ == "__main__":
    unittest.main()

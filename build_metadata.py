"""Build hook: dependencies of the wheel are those of requirements.txt, so that there is one list."""

from pathlib import Path

from hatchling.metadata.plugin.interface import MetadataHookInterface


def _requirements(name: str) -> list[str]:
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return [line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()]


class CustomMetadataHook(MetadataHookInterface):
    def update(self, metadata: dict) -> None:
        metadata["dependencies"] = _requirements("requirements.txt")
        metadata["optional-dependencies"] = {
            "dev": _requirements("requirements-dev.txt"),
            "cluster": _requirements("requirements-cluster.txt"),
            "embeddings": _requirements("requirements-embeddings.txt"),
        }

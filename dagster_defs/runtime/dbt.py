"""dbt commands as steps: the models, seeds and snapshots of a command are assets, its tests are checks.

Dagster has to know a project's models when it loads. `dbt parse` (or `dagster-dbt project prepare-and-package`) as a
step of the build writes `target/manifest.json`; where nobody did that, it is written once, at the first load.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, DbtProject, dbt_assets


def dbt_project(
    folder: str | Path,
    *,
    profiles_dir: str | Path | None = None,
    profile: str | None = None,
    target: str | None = None,
) -> DbtProject:
    """The dbt project in a folder, with a manifest: under `dagster dev` a new one, else that of the build.

    Args:
        folder: Where `dbt_project.yml` is.
        profiles_dir: Where `profiles.yml` is, if not there.
        profile: The profile, if not that of the project.
        target: The target, if not that of the profile.
    """
    place = Path(folder).resolve()
    profiles = profiles_dir or _profiles_dir(place)
    found = DbtProject(place, profiles_dir=profiles, profile=profile, target=target)
    found.prepare_if_dev()
    if not found.manifest_path.exists():
        _write_manifest(found)
    return found


def _profiles_dir(project: Path) -> Path:
    """Where dbt looks, if it is not told."""
    if given := os.environ.get("DBT_PROFILES_DIR"):
        return Path(given)
    return project if (project / "profiles.yml").exists() else Path.home() / ".dbt"


def last_models(
    project: DbtProject,
    *,
    select: str = "fqn:*",
    exclude: str | None = None,
    selector: str | None = None,
) -> list[dg.AssetKey]:
    """The assets of a command that no other of them waits for: what comes after all of them waits for these."""

    @dbt_assets(
        manifest=project.manifest_path, project=project, select=select, exclude=exclude, selector=selector
    )
    def command(): ...  # type: ignore[no-untyped-def]  # None is no value of several outputs

    before = {dep.asset_key for spec in command.specs for dep in spec.deps}
    return sorted(command.keys - before)


def _write_manifest(project: DbtProject) -> None:
    """Parse into a folder of its own, so that no other process reads half a manifest."""
    print(f"{project.manifest_path} is not there: dbt parse writes it once", flush=True)
    target = project.manifest_path.parent
    target.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target) as folder:
        command = dbt_cli(project)
        if project.has_uninstalled_deps:
            command.cli(["deps", "--quiet"], target_path=Path(folder)).wait()
        command.cli(["parse", "--quiet"], target_path=Path(folder)).wait()
        os.replace(Path(folder, "manifest.json"), project.manifest_path)


def dbt_cli(project: DbtProject, executable: str = "dbt") -> DbtCliResource:
    """dbt on a project: the one on PATH, or that of this Python."""
    own = Path(sys.executable).with_name("dbt")
    found = shutil.which(executable) or (str(own) if executable == "dbt" and own.exists() else executable)
    return DbtCliResource(project_dir=project, dbt_executable=found)


def of_task(
    *,
    deps: Sequence[dg.AssetKey] = (),
    group_name: str | None = None,
    owners: Sequence[str] = (),
    tags: Mapping[str, str] | None = None,
) -> Callable[[dg.AssetsDefinition], dg.AssetsDefinition]:
    """A decorator above `@dbt_assets`: what its models have in common with the other steps of their job.

    Args:
        deps: Assets that come first. The models that wait for no other model of the command wait for them.
        group_name: Of models that dbt has no group for.
        owners: Of models that have none in dbt.
        tags: Beside those of dbt.
    """

    def marked(definition: dg.AssetsDefinition) -> dg.AssetsDefinition:
        def of_model(spec: dg.AssetSpec) -> dg.AssetSpec:
            known = {dep.asset_key for dep in spec.deps}
            new = [] if known & definition.keys else [key for key in deps if key not in known]
            changed = spec.merge_attributes(deps=new, tags={**(tags or {})})
            group = spec.group_name if spec.group_name not in (None, "default") else group_name
            return changed.replace_attributes(group_name=group, owners=spec.owners or owners)

        return definition.map_asset_specs(of_model)

    return marked


def run_tests(
    project: DbtProject, args: Sequence[str], executable: str = "dbt", *, target_path: Path | None = None
) -> Iterator[Any]:
    """`dbt test` as a step of its own: what each test found goes to the model that it is about.

    Raises:
        dagster_dbt.DagsterDbtCliRuntimeError: A test failed, or could not run.
    """
    command = dbt_cli(project, executable)
    yield from command.cli([*args], manifest=project.manifest_path, target_path=target_path).stream()
    yield dg.Output(None)

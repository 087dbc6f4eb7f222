"""What the README says of the build of a project: packages beside those of the DAGs, and dbt's manifest."""

from pathlib import PurePosixPath

from migrator.convert.pages.written import Written

NAME_PACKAGES = ("resources.py", "io_managers.py")  # each says in its first lines what it needs
DBT, PROJECT, PROFILES = "runtime/dbt.py", "dbt_project.yml", "profiles.yml"

MODELS = """\
Dagster has to know dbt's models when it loads. After each change of a dbt project, the build writes its manifest anew:

```sh
{commands}
```

`dg dev` does that by itself. Elsewhere a manifest that is there is not written again, and the first load writes one
that is not, so the folder has to be writable then.
"""


def building(written: Written) -> str:
    """The section, or nothing where a project needs no step of a build."""
    packages = [f"`{name}`" for name in NAME_PACKAGES if name in written.modules]
    parts = []
    if packages:
        verb = "says" if len(packages) == 1 else "say"
        parts.append(f"{' and '.join(packages)} {verb} which packages are needed beside those of the DAGs.\n")
    if DBT in written.modules:
        parts.append(MODELS.format(commands="\n".join(_parses(written))))
    return "\n".join(["## To build", "", *parts]) if parts else ""


def _parses(written: Written) -> list[str]:
    """A command for each dbt project that is part of this one; how it looks for others."""
    found = []
    for path in sorted(written.modules):
        folder, name = PurePosixPath(path).parent, PurePosixPath(path).name
        if name == PROJECT:
            profiles = str(folder / PROFILES) in written.modules
            found.append(_parse(str(folder), str(folder) if profiles else None))
    return found or [_parse("<folder of the dbt project>", None)]


def _parse(folder: str, profiles: str | None) -> str:
    return f"dbt parse --project-dir {folder}" + (f" --profiles-dir {profiles}" if profiles else "")

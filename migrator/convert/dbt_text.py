"""How a dbt command looks in the new module: the project above, `@dbt_assets` around the step."""

from collections.abc import Mapping, Sequence

from migrator.convert import naming, text
from migrator.convert.dbt_command import DbtCommand
from migrator.convert.step import Step
from migrator.convert.text import Names, StepText
from migrator.ir import Dag

RUNTIME = "from ..runtime.dbt import {}"
COMMON = ("group_name", "owners", "tags")


class DbtTexts:
    """Of one DAG. `projects`: the variables of its dbt projects, by how they are made."""

    def __init__(self, dag: Dag, steps: Sequence[Step], names: Names) -> None:
        self.names, self.dag = names, dag
        self.commands = {s.task.task_id: s.dbt for s in steps if s.dbt}
        self.projects: dict[str, str] = {}
        for command in self.commands.values():
            made = text.call("dbt_project", _places(command))
            if made not in self.projects:
                self.projects[made] = names.make(naming.variable(f"{dag.dag_id}_models"))

    @property
    def before(self) -> list[str]:
        """What stands before the first step."""
        return [f"{name} = {made}" for made, name in self.projects.items()]

    def makes_assets(self, task_id: str) -> bool:
        """Whether models take the place of the task's own asset."""
        command = self.commands.get(task_id)
        return bool(command and command.kinds)

    def keys(self, task_id: str) -> str:
        """For `deps`: what has to be there before a task that comes after this one."""
        command = self.commands[task_id]
        return f"*{text.call('last_models', [self._project(command), *_selection(command)])}"

    def decorator(
        self, step: Step, name: str, attributes: Mapping[str, str | None], shared: Mapping[str, str]
    ) -> str:
        """`@of_task(...)` above `@dbt_assets(...)`, without the first `@`."""
        command = self.commands[step.task.task_id]
        project = self._project(command)
        step.body.imports |= {"from dagster_dbt import dbt_assets", RUNTIME.format("of_task")}
        both = {**shared, **{k: v for k, v in attributes.items() if v}}
        common = {k: both.get(k) for k in COMMON} | {"deps": attributes["deps"]}
        windows = shared.get("partitions_def")
        own = {
            "name": repr(name),
            "partitions_def": windows,
            "backfill_policy": "dg.BackfillPolicy.multi_run()" if windows else None,
            **{k: both.get(k) for k in ("retry_policy", "pool", "op_tags")},
        }
        above = text.call("of_task", text.keyed(common))
        given = [f"manifest={project}.manifest_path", f"project={project}", *_selection(command)]
        return f"{above}\n@{text.call('dbt_assets', [*given, *text.keyed(own)])}"

    def fill(self, step: Step, made: StepText) -> None:
        """The body."""
        command = self.commands[step.task.task_id]
        step.body.imports.add(RUNTIME.format("dbt_project"))
        project, args = self._project(command), text.listed(command.args)
        binary = [command.binary] if command.binary else []
        place = []
        if command.target_path:
            step.body.imports.add("from pathlib import Path")
            place = [f"target_path=Path({command.target_path})"]
        if command.kinds:
            step.body.imports.add(RUNTIME.format("dbt_cli"))
            call = text.call("dbt.cli", [args, "context=context", *place])
            made.body = [f"dbt = dbt_cli({', '.join([project, *binary])})", f"yield from {call}.stream()"]
        else:
            selected = [*_as_options(command)]
            given = text.listed([*command.args, *selected])
            step.body.imports.add(RUNTIME.format("run_tests"))
            made.body = [f"yield from {text.call('run_tests', [project, given, *binary, *place])}"]

    def _project(self, command: DbtCommand) -> str:
        return self.projects[text.call("dbt_project", _places(command))]


def _places(command: DbtCommand) -> list[str]:
    given = dict(command.project)
    folder = given.pop("folder")
    if given.get("profiles_dir") == folder:
        del given["profiles_dir"]  # that is where it is looked for
    return [_path(folder), *text.keyed({name: _path(value) for name, value in given.items()})]


def _path(code: str) -> str:
    """A folder may be a path as well."""
    return code.removeprefix("str(").removesuffix(")") if code.startswith("str(") else code


def _selection(command: DbtCommand) -> list[str]:
    given = {"select": command.select, "exclude": command.exclude, "selector": command.selector}
    return [f"{name}={value!r}" for name, value in given.items() if value]


def _as_options(command: DbtCommand) -> list[str]:
    found = []
    for name, value in (("select", command.select), ("exclude", command.exclude)):
        found += [repr(f"--{name}"), *map(repr, value.split())] if value else []
    return [*found, *(["'--selector'", repr(command.selector)] if command.selector else [])]

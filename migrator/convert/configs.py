"""The Config classes of a DAG: one for all steps that take the same, as a person would write it."""

from collections.abc import Callable, Mapping, Sequence

from migrator.convert import naming
from migrator.convert.launch import Field, class_text
from migrator.convert.step import Step
from migrator.convert.text import Names
from migrator.ir import Dag

Fields = tuple[Field, ...]


class Configs:
    """`texts` are the classes; `name` says which one a task takes."""

    def __init__(self, dag: Dag, steps: Sequence[Step], names: Names) -> None:
        self._dag_id, self._names_of_module = dag.dag_id, names
        launched = [step for step in steps if step.body.launch.read]
        takes_all = any(step.body.launch.open for step in launched)
        extra = None if takes_all else _in_common(launched)
        groups: dict[Fields, list[str]] = {}
        for step in launched:
            launch = step.body.launch
            fields = launch.fields if extra is None else (*launch.declared.values(), *extra)
            if any(other.body.launch.all_conf for other in launched):
                fields = tuple(one.without_enum() for one in fields)
            groups.setdefault(fields, []).append(step.task.task_id)
        self.texts: list[str] = []
        self._names: dict[str, str] = {}
        self._write(groups, "dg.PermissiveConfig" if takes_all else "dg.Config")

    def _write(self, groups: Mapping[Fields, list[str]], plain: str) -> None:
        """What all have comes first; a step that takes more, or has another default, adds that."""
        shared = [one for one in next(iter(groups), ()) if all(_has(fields, one.name) for fields in groups)]
        base = plain
        known: Fields = ()
        if len(groups) > 1 and shared:
            known = tuple(
                min((_named(fields, one.name) for fields in groups), key=_usual(groups)) for one in shared
            )
            base = self._make(
                self._dag_id, known, plain, (), f"What a run of {self._dag_id} is launched with."
            )
        for fields, task_ids in groups.items():
            if fields == known:
                name = base
            elif len(groups) == 1:
                name = self._make(
                    self._dag_id, fields, base, known, f"What a run of {self._dag_id} is launched with."
                )
            else:
                name = self._make(task_ids[0], fields, base, known, f"What {task_ids[0]} takes of it.")
            self._names |= dict.fromkeys(task_ids, name)

    def _make(self, called: str, fields: Fields, base: str, known: Fields, about: str) -> str:
        name = self._names_of_module.make(_camel(called) + "Config")
        self.texts.append(class_text(name, base, tuple(one for one in fields if one not in known), about))
        return name

    def class_of(self, step: Step) -> str | None:
        """The class of a step that reads it."""
        return self._names.get(step.task.task_id)

    def parameter(self, step: Step) -> list[str]:
        """The parameter of a step that reads it."""
        name = self.class_of(step)
        return [f"config: {name}"] if name else []


def _has(fields: Fields, name: str) -> bool:
    return any(one.name == name for one in fields)


def _named(fields: Fields, name: str) -> Field:
    return next(one for one in fields if one.name == name)


def _usual(groups: Mapping[Fields, list[str]]) -> Callable[[Field], int]:
    """Orders the forms of a field: the one that most groups have first."""
    return lambda one: -sum(one in fields for fields in groups)


def _in_common(steps: Sequence[Step]) -> tuple[Field, ...] | None:
    """The keys of conf that several steps read by themselves, if one class can have them all."""
    found: dict[str, Field] = {}
    for step in steps:
        launch = step.body.launch
        for name, one in launch.own.items() if launch.read and not launch.open else ():
            if one.default is None or found.setdefault(name, one) != one:
                return None
    declared = {name for step in steps if step.body.launch.read for name in step.body.launch.declared}
    return None if declared & found.keys() else tuple(found.values())


def _camel(text: str) -> str:
    parts = naming.identifier(text).split("_")
    return "".join(part[:1].upper() + part[1:] for part in parts) or "Run"

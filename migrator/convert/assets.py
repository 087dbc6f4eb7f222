"""A DAG as assets: one asset a task, what they share in one dictionary, a job, a schedule."""

from collections.abc import Mapping

from migrator.convert import (
    alerts,
    asset_checks,
    backfills,
    freshness,
    io_managers,
    landing,
    naming,
    policies,
    read_elsewhere,
    resources,
    text,
)
from migrator.convert.bridged import call
from migrator.convert.configs import Configs
from migrator.convert.dbt_text import DbtTexts
from migrator.convert.decide import Decision
from migrator.convert.factories import ASSET, Factories, factories_first
from migrator.convert.step import Step
from migrator.convert.target import asset_key
from migrator.convert.text import DagText, Names, StepText
from migrator.errors import PlanError
from migrator.ir import Task
from migrator.manifest import TaskEntry
from migrator.plan import DagPlan

Key = tuple[str, ...]
LAST_MODELS = "from ..runtime.dbt import last_models"


class AssetWriter:
    """Writes the parts of one DAG."""

    def __init__(
        self, decision: Decision, job: str, plan: DagPlan, names: Names, factories: Factories
    ) -> None:
        self.factories = factories
        self.decision, self.job_name, self.plan, self.names = decision, job, plan, names
        self.dag = decision.dag
        self.kept = [s for s in decision.steps if s.task.task_id not in decision.contracted]
        self.readers = {(i.task_id, i.key) for s in self.kept for i in s.body.inputs}
        self._check_names()
        self.priorities = policies.priorities(self.dag)
        self.usual = text.usual_retry(s.task for s in self.kept)
        self.shared = self._shared()

    # ------------------------------------------------------------------ names
    def label(self, task: Task) -> str:
        """The asset's own name: the plan's, or the task id without its groups."""
        planned = self.plan.tasks.get(task.task_id)
        if planned and planned.asset:
            return planned.asset
        return naming.key_part(naming.path(task)[-1])

    def key(self, task_id: str, xcom: str = "return_value") -> Key:
        """The asset that holds what a task left behind."""
        task = self.dag.task(task_id)
        label = self.label(task)
        return asset_key(self.dag, task, naming.xcom_part(label, xcom))

    def entry(self, step: Step) -> TaskEntry:
        """What the manifest says of a task."""
        task_id = step.task.task_id
        if task_id in self.decision.contracted:
            return TaskEntry("contracted")
        if step.dbt and step.dbt.kinds and not step.bridged:
            return TaskEntry("native", op=self._node(step))
        outputs = {key: "/".join(self.key(task_id, key)) for key, _ in step.body.pushes}
        first = step.body.pushes[0][0] if outputs and not step.body.returns else "return_value"
        return TaskEntry("bridged" if step.bridged else "native", self.key(task_id, first), outputs=outputs)

    def _node(self, step: Step) -> str:
        """What Dagster calls the step, where its assets are not called like the task."""
        return naming.job("__".join(self.key(step.task.task_id)))

    def _function_name(self, step: Step) -> str:
        if own := self.names.functions.get(step.task.task_id):
            return self.names.make(own)
        label, taken = naming.identifier(self.label(step.task)), self.names.taken
        variable = self.names.variables.get(step.task.task_id)
        candidates = [label, naming.identifier(step.task.task_id), variable]
        if step.calls and variable and label == naming.identifier(step.task.task_id):
            candidates.insert(
                0, variable
            )  # several tasks call one function: what they were assigned to tells them apart
        free_ones = [name for name in candidates if name and name not in taken]
        return self.names.make(free_ones[0] if free_ones else f"{label}_asset")

    def _check_names(self) -> None:
        """Two tasks under one name would be one asset. Raises PlanError."""
        keys: dict[Key, str] = {}
        for step in self.kept:
            task_id = step.task.task_id
            other = keys.setdefault(self.key(task_id), task_id)
            if other != task_id:
                name = "/".join(self.key(task_id))
                raise PlanError(f"{self.dag.dag_id}: the plan calls both {other} and {task_id} {name}")

    # ------------------------------------------------------------------ what all assets share
    def _shared(self) -> dict[str, str]:
        tasks = [s.task for s in self.kept]
        layers = any(p.layer for p in self.plan.tasks.values())
        owner = text.shared(text.owner(t) for t in tasks)
        kinds = {io_managers.key(s) for s in self.kept}
        pairs = {
            "key_prefix": None if any(t.group for t in tasks) else repr(naming.key_part(self.dag.dag_id)),
            "group_name": None if layers else repr(naming.job(self.dag.dag_id)),
            "partitions_def": self.decision.timing.name,
            "io_manager_key": next(iter(kinds)) if len(kinds) == 1 else None,
            "owners": f"[{naming.owner(owner)!r}]" if owner else None,
            "tags": text.mapping({naming.tag(t): repr("") for t in self.dag.tags}) if self.dag.tags else None,
            "retry_policy": self.usual if text.shared(text.retry(t) for t in tasks) else None,
        }
        return {name: value for name, value in pairs.items() if value}

    def write(self) -> DagText:
        """All parts."""
        timing = self.decision.timing
        before = []
        if timing.partitions and timing.name:
            name = self.names.of(timing.name, timing.partitions)
            self.shared["partitions_def"] = name
            before.append(f"{name} = {timing.partitions}")
        if self.usual and "retry_policy" not in self.shared:
            self.retry = self.names.of("retry", self.usual)
            before.append(f"{self.retry} = {self.usual}")
        self.common = self.names.make(naming.identifier(self.dag.dag_id).upper())
        before.append(f"{self.common} = " + text.call("dict", text.keyed(self.shared)))
        self.configs = Configs(self.dag, self.kept, self.names)
        before += self.configs.texts
        self.dbt = DbtTexts(self.dag, [s for s in self.kept if not s.bridged], self.names)
        before += self.dbt.before
        if any(step.bridged for step in self.kept):
            self.in_airflow = self.names.make(naming.variable(f"{self.dag.dag_id}_in_airflow"))
            before.append(text.in_airflow(self.in_airflow, self.dag, {}))
        names = self.functions = {s.task.task_id: self._function_name(s) for s in self.kept}
        steps = {s.task.task_id: self._step(s, names) for s in self.kept}
        made = DagText(steps, before, [], assets=list(names.values()))
        made.resources = resources.argument(self.kept)
        for step_text in steps.values():
            step_text.updates = text.updates(step_text.step, made, self.names)
            step_text.limit = text.time_limit(step_text.step)
            step_text.again = text.tried_again(step_text.step)
            step_text.after = text.called_after(step_text.step)
        made.factories = list(
            self.factories.make(
                ASSET, [s for s in self.kept if not s.dbt], lambda step: self._in_factory(step, made)
            )
        )
        made.assets = factories_first(names, made.factories)
        asset_checks.write(self, made)
        job = self.names.make(f"{naming.identifier(self.job_name)}_job")
        made.after.append(f"{job} = {self._job(made)}")
        made.jobs.append(job)
        name = naming.identifier(self.job_name)
        text.automate(made, timing, job, name, self.names)
        partitions = self.shared.get("partitions_def")
        text.watch(self.decision.hooks, made, self.dag, job, name, self.names, partitions)
        landing.write(self.decision.landing, made, job, self.job_name, self.names, partitions)
        stale = [names[step.task.task_id] for step in self.kept if step.freshness]
        alerts.write(self.decision, made, job, name, self.names, stale)
        return made

    def _in_factory(self, step: Step, made: DagText) -> StepText:
        found = self._step(step, {**self.functions, step.task.task_id: ASSET.inner})
        found.updates, found.limit = text.updates(step, made, self.names), text.time_limit(step)
        found.again = text.tried_again(step)
        found.after = text.called_after(step)
        return found

    def _job(self, made: DagText) -> str:
        found = text.job_tags(self.dag, self.job_name)
        tags = text.mapping(found) if found else None
        description = self.dag.description or self.dag.doc_md
        given = [repr(self.job_name), f"selection={text.listed(made.assets)}"]
        return text.call(
            "dg.define_asset_job",
            [
                *given,
                *text.keyed(
                    {
                        "description": description and text.quoted(description.strip()),
                        "tags": tags,
                        "executor_def": text.executor(self.dag, outcomes=False),
                    }
                ),
            ],
        )

    # ------------------------------------------------------------------ one asset
    def _step(self, step: Step, names: Mapping[str, str]) -> StepText:
        body = step.body
        made = StepText(step, names[step.task.task_id], "")
        if body.context:
            made.parameters.append("context: dg.AssetExecutionContext")
        made.parameters += self.configs.parameter(step)
        if step.bridged:
            made.parameters.append("airflow: AirflowRun")
        made.parameters += resources.of_step(step)
        for given in body.inputs:
            name = _input_name(given.name)
            made.parameters.append(f"{name}: {given.annotation}" if given.annotation else name)
            if name != given.name:
                made.lines.append(f"{given.name} = {name}")
        made.lines += body.lines
        made.body = list(step.lines)
        if step.bridged:
            outputs = call(step, self.in_airflow, "outputs", {s.task.task_id: s for s in self.kept})
            made.body = [text.in_airflow_doc(step.task), f"yield from {outputs}"]
        elif step.dbt:
            self.dbt.fill(step, made)
        if body.pushes and not body.returns:
            made.appended.append("return " + ", ".join(name for _, name in body.pushes))
        made.appended += body.ends
        self._decorate(step, made)
        return made

    def _decorate(self, step: Step, made: StepText) -> None:
        """By how many values, and of what kind, it puts out."""
        body = step.body
        if self.dbt.makes_assets(step.task.task_id):
            made.decorator = self.dbt.decorator(step, self._node(step), self._attributes(step), self.shared)
        elif len(body.pushes) + body.returns > 1:
            made.decorator = self._multi_asset(step)
        elif body.pushes:  # one value, under a key: one asset
            made.decorator = self._asset(step, made.name, body.pushes[0][0])
        else:
            made.decorator = self._asset(step, made.name)
            read = (step.task.task_id, "return_value") in self.readers
            made.nothing = not body.returns and not read and not step.dbt
            if step.reports and step.fan is None:
                self._report(made)

    @staticmethod
    def _report(made: StepText) -> None:
        """Dagster Pipes asks that an asset hands on what came of it."""
        made.reports = made.nothing
        if made.appended:
            made.body[-1] = f"reported = {made.body[-1]}"
            made.appended.append("return reported")
        else:
            made.body[-1] = f"return {made.body[-1]}"

    def _asset(self, step: Step, function_name: str, xcom: str = "return_value") -> str:
        task = step.task
        label = self.key(task.task_id, xcom)[-1]
        own = {
            "name": repr(label) if label != function_name or function_name == ASSET.inner else None,
            "key_prefix": None
            if "key_prefix" in self.shared
            else text.listed(map(repr, self.key(task.task_id)[:-1])),
            **self._attributes(step),
        }
        return text.call("dg.asset", [f"**{self.common}", *text.keyed(own)])

    def _attributes(self, step: Step) -> dict[str, str | None]:
        """The arguments of an asset that are not the same for all of its DAG."""
        task = step.task
        owner = text.owner(task)
        return {
            "group_name": None if "group_name" in self.shared else repr(self._group(task)),
            "io_manager_key": None if "io_manager_key" in self.shared else io_managers.key(step),
            "description": self._description(step),
            "ins": self._ins(step),
            "deps": self._deps(step),
            "owners": f"[{naming.owner(owner)!r}]" if owner and "owners" not in self.shared else None,
            "metadata": self._metadata(step),
            "backfill_policy": backfills.SINGLE_RUN if step.single_run else None,
            "freshness_policy": freshness.policy(step),
            "retry_policy": self._retry(task),
            "pool": repr(naming.tag(task.pool)) if task.pool != "default_pool" else None,
            "output_required": "False" if step.yields or step.bridged else None,
            "op_tags": self._op_tags(task),
            "hooks": text.step_hooks(step, self.dag, self.shared.get("partitions_def")),
        }

    def _retry(self, task: Task) -> str | None:
        policy = text.retry(task)
        if policy is None or "retry_policy" in self.shared:
            return None
        return self.retry if policy == self.usual else policy

    def _multi_asset(self, step: Step) -> str:
        task = step.task
        keys = [("return_value", "result")] if step.body.returns else []
        keys += [(key, name if step.bridged else naming.variable(key)) for key, name in step.body.pushes]
        attributes = self._attributes(step)
        common = {
            "group_name": self.shared.get("group_name") or attributes["group_name"],
            "owners": self.shared.get("owners") or attributes["owners"],
            "tags": self.shared.get("tags"),
            "io_manager_key": io_managers.key(step),
            "freshness_policy": attributes["freshness_policy"],
            "is_required": "False" if step.bridged else None,
        }
        outs = {
            name: text.call("dg.AssetOut", [f"key={_list(self.key(task.task_id, key))}", *text.keyed(common)])
            for key, name in keys
        }
        own = {
            "outs": text.mapping(outs),
            "name": repr(self._node(step)),
            "partitions_def": self.shared.get("partitions_def"),
            "retry_policy": self.shared.get("retry_policy"),
            **{
                k: attributes[k]
                for k in ("description", "ins", "deps", "pool", "op_tags", "hooks")
                if attributes[k]
            },
        }
        own["retry_policy"] = own["retry_policy"] or attributes["retry_policy"]
        return text.call("dg.multi_asset", text.keyed(own))

    def _op_tags(self, task: Task) -> str | None:
        priority = self.priorities.get(task.task_id)
        return text.mapping({policies.PRIORITY: repr(str(priority))}) if priority is not None else None

    def _group(self, task: Task) -> str:
        planned = self.plan.tasks.get(task.task_id)
        return planned.layer if planned and planned.layer else naming.job(self.dag.dag_id)

    def _description(self, step: Step) -> str | None:
        planned = self.plan.tasks.get(step.task.task_id)
        found = (planned.description if planned else None) or text.documentation(step)
        return text.quoted(found) if found else None

    def _metadata(self, step: Step) -> str | None:
        """Where the asset comes from, once its name does not say it any more, and what its IO manager has to know."""
        task = step.task
        planned = self.plan.tasks.get(task.task_id)
        renamed = planned and planned.asset and planned.asset != task.task_id
        found = {"airflow_task": repr(f"{self.dag.dag_id}.{task.task_id}")} if renamed else {}
        found |= io_managers.metadata(step, partitions="partitions_def" in self.shared)
        return text.mapping(found) if found else None

    def _ins(self, step: Step) -> str | None:
        given = {
            _input_name(i.name): f"dg.AssetIn(key={_list(self.key(i.task_id, i.key))})"
            for i in step.body.inputs
        }
        return text.mapping(given) if given else None

    def _deps(self, step: Step) -> str | None:
        """Tasks that only have to come first."""
        read = {i.task_id for i in step.body.inputs}
        before = sorted(self.before(step.task.task_id) - read)
        by_id = {s.task.task_id: s for s in self.kept}
        keys = []
        for task_id in before:
            pushes = by_id[task_id].body.pushes
            bare = pushes and not by_id[task_id].body.returns
            if self.dbt.makes_assets(task_id):
                step.body.imports.add(LAST_MODELS)
                keys.append(self.dbt.keys(task_id))
            else:
                keys.append(
                    f"dg.AssetKey({_list(self.key(task_id, pushes[0][0]) if bare else self.key(task_id))})"
                )
        planned = self.plan.tasks.get(step.task.task_id)
        keys += read_elsewhere.texts(planned, partitioned="partitions_def" in self.shared)
        return text.listed(keys) if keys else None

    def before(self, task_id: str) -> set[str]:
        """The kept tasks right before a task; a contracted one stands for those before it."""
        found: set[str] = set()
        for up in self.dag.task(task_id).upstream:
            found |= self.before(up) if up in self.decision.contracted else {up}
        return found


def _list(key: Key) -> str:
    return text.listed(repr(part) for part in key)


def _input_name(name: str) -> str:
    return f"{name}_" if name in naming.RESERVED or name in naming.PARAMETERS else name

"""A DAG as a job of ops, where its control flow is what matters.

An op of which a branch or a trigger rule can see the end is an `outcome_op`; what follows by the default rule
only is a plain op. Between outcome ops `outcome` is wired, so that each decides by its own rule.
"""

import ast
from collections.abc import Mapping

from migrator.convert import alerts, landing, naming, policies, resources, text
from migrator.convert.bridged import call
from migrator.convert.configs import Configs
from migrator.convert.decide import Decision
from migrator.convert.factories import OP, Factories
from migrator.convert.step import Step
from migrator.convert.text import DagText, Names, StepText
from migrator.convert.wiring import Unit, Wiring, before
from migrator.ir import Task
from migrator.ir.graph import ancestors
from migrator.ir.outcomes import scopes, tolerated
from migrator.manifest import TaskEntry
from migrator.runtime.airflow_names import free
from migrator.scan.tree import walk


class JobWriter:
    """Writes the parts of one DAG."""

    def __init__(self, decision: Decision, job: str, names: Names, factories: Factories) -> None:
        self.factories = factories
        self.decision, self.job_name, self.names = decision, job, names
        self.dag = decision.dag
        self.steps = {s.task.task_id: s for s in decision.steps}
        self.priorities = policies.priorities(self.dag)
        self.outcomes = self._outcomes()
        self.tolerated = tolerated(self.dag) if self.outcomes else frozenset()

    def _outcomes(self) -> set[str]:
        """The tasks whose end a rule, a branch or a pull can see, with all before them."""
        found: set[str] = set()
        for task_id, step in self.steps.items():
            upstream = step.task.upstream
            pulls = any(i.task_id not in upstream for i in step.body.inputs)
            keys = any(i.key != "return_value" for i in step.body.inputs)
            chosen = any(self.steps[up].kind != "plain" for up in upstream)
            mapped = step.fan is not None or any(self.steps[up].fan for up in before(self.dag, step))
            paired = step.task.setup or step.task.teardown or scopes(self.dag)[task_id]
            if (
                step.kind != "plain"
                or mapped
                or paired
                or step.body.skips
                or pulls
                or chosen
                or keys
                or (upstream and step.task.trigger_rule != "all_success")
            ):
                found.add(task_id)
        for task_id, step in self.steps.items():  # what a bridged task skips may be far below it
            if step.bridged or any(self.steps[up].bridged for up in ancestors(self.dag, task_id)):
                found.add(task_id)
        return found.union(*(ancestors(self.dag, t) for t in found))

    # ------------------------------------------------------------------ the parts
    def write(self) -> DagText:
        """All parts."""
        timing = self.decision.timing
        first = []
        self.partitions = None
        if timing.partitions and timing.name:
            self.partitions = self.names.of(timing.name, timing.partitions)
            first.append(f"{self.partitions} = {timing.partitions}")
        self.usual = text.usual_retry(s.task for s in self.decision.steps)
        if self.usual:
            self.retry = self.names.of("retry", self.usual)
            first.append(f"{self.retry} = {self.usual}")
        self.configs = Configs(self.dag, self.decision.steps, self.names)
        first += self.configs.texts
        self.functions = {task_id: self._function_name(step) for task_id, step in self.steps.items()}
        if any(step.bridged for step in self.steps.values()):
            self.in_airflow = self.names.make(naming.variable(f"{self.dag.dag_id}_in_airflow"))
            first.append(text.in_airflow(self.in_airflow, self.dag, {t: self.op_name(t) for t in self.steps}))
        fans = {fan.of: fan for step in self.steps.values() if (fan := step.fan)}
        self.fans = {of: self.names.make(fan_name(of)) for of in fans}
        self.wiring = Wiring(self.dag, self.steps, self, self.names)
        self.many = {source for fan in fans.values() for source in fan.sources}
        made = DagText({t: self._step(s, self.functions[t]) for t, s in self.steps.items()}, first, [])
        made.resources = resources.argument(self.steps.values())
        for step_text in made.steps.values():
            step_text.updates = text.updates(step_text.step, made, self.names)
            step_text.limit = text.time_limit(step_text.step)
            step_text.again = text.tried_again(step_text.step)
            step_text.after = text.called_after(step_text.step)
        made.factories = list(
            self.factories.make(OP, self.decision.steps, lambda step: self._in_factory(step, made))
        )
        self.calls = self.functions | {t: call for one in made.factories for t, call in one.calls.items()}
        if self.outcomes:
            wanted = [
                "outcome_executor",
                "outcome_op",
                *(["Skip"] if any(s.body.skips for s in self.steps.values()) else []),
            ]
            made.imports.add(f"from ..runtime.outcomes import {', '.join(sorted(wanted))}")
        if any(text.TOLERATED.keys() & {h.call for h in self.steps[t].hooks} for t in self.tolerated):
            made.imports |= {f"from ..runtime.callbacks import {name}" for name in text.TOLERATED.values()}
        if fans:
            fan_out = self.names.imported(made, "mapping", "fan_out")
            made.after += [self._fan(unit, fan_out) for unit in self.wiring.units if unit.fan]
        job = self.names.make(naming.identifier(self.job_name))
        made.after.append(self._job(job))
        made.jobs.append(job)
        text.automate(made, timing, job, job, self.names)
        text.watch(self.decision.hooks, made, self.dag, job, job, self.names, self.partitions)
        landing.write(self.decision.landing, made, job, self.job_name, self.names, self.partitions)
        alerts.write(self.decision, made, job, job, self.names)
        return made

    def _in_factory(self, step: Step, made: DagText) -> StepText:
        found = self._step(step, OP.inner)
        found.updates, found.limit = text.updates(step, made, self.names), text.time_limit(step)
        found.again = text.tried_again(step)
        found.after = text.called_after(step)
        return found

    def op_name(self, task_id: str) -> str:
        """The op's name in Dagster: that of its function, with the DAG's where another job has one like it."""
        name = self.functions[task_id]
        return f"{self.job_name}__{name}" if name in self.names.crowded else name

    def entry(self, step: Step) -> TaskEntry:
        """What the manifest says of a task."""
        outputs = {key: self.pushed(step, key) for key, _ in step.body.pushes}
        kind = "bridged" if step.bridged else "native"
        return TaskEntry(kind, op=self.op_name(step.task.task_id), outputs=outputs)

    def pushed(self, step: Step, key: str) -> str:
        """The output that holds what a step pushed under a key."""
        return dict(step.body.pushes)[key] if step.bridged else naming.variable(key)

    def _function_name(self, step: Step) -> str:
        if own := self.names.functions.get(step.task.task_id):
            return self.names.make(own)
        wanted = naming.identifier(step.task.task_id)
        clashes = wanted in self.names.taken or wanted == self.job_name
        return self.names.make(f"{wanted}_op" if clashes else wanted)

    # ------------------------------------------------------------------ one op
    def _step(self, step: Step, function: str) -> StepText:
        body, task_id = step.body, step.task.task_id
        made = StepText(step, function, "")
        if body.context:
            made.parameters.append("context: dg.OpExecutionContext")
        made.parameters += self.configs.parameter(step)
        if step.bridged:
            made.parameters.append("airflow: AirflowRun")
        made.parameters += resources.of_step(step)
        for given in body.inputs:
            keep = given.annotation and task_id not in self.outcomes
            made.parameters.append(f"{given.name}: {given.annotation}" if keep else given.name)
        usual = {own: body.usual.get(name) for name, own in body.items.items()}
        made.parameters += [own if default is None else f"{own}={default}" for own, default in usual.items()]
        made.parameters.sort(key=lambda parameter: "=" in parameter)
        made.lines, made.body = list(body.lines), list(step.lines)
        if step.bridged:
            self._bridge(made)
        elif body.pushes and not body.returns:
            names = ", ".join(name for _, name in body.pushes)
            made.appended.append(f"return {'None, ' if task_id in self.outcomes else ''}{names}")
        made.appended += body.ends
        made.decorator = (self._outcome_op if task_id in self.outcomes else self._op)(step, function)
        return made

    def _bridge(self, made: StepText) -> None:
        """The body of a step that has Airflow run the task."""
        run = call(made.step, self.in_airflow, "run", self.steps)
        if "before=before" in run:
            made.parameters.append("before")
        made.body = [text.in_airflow_doc(made.step.task), f"return {run}"]

    def _outcome_op(self, step: Step, function: str) -> str:
        task, own = step.task, step.fan is not None and step.fan.of == step.task.task_id
        given = {
            **({} if own else self._deciding(task)),
            "arms": self._arms(step) if step.kind == "branch" else None,
            "short_circuit": {"short_circuit": "'all'", "short_circuit_next": "'next'"}.get(step.kind),
            "setup": "True" if task.setup else None,
            "pulls": _tuple([i.name for i in step.body.inputs if own or i.task_id not in task.upstream]),
            "pushes": _tuple([self.pushed(step, key) for key, _ in step.body.pushes]),
            "each": _tuple(list(step.fan.each)) if step.fan and step.body.items else None,
            "many": "True" if task.task_id in self.many and step.fan is None else None,
            "tolerated": "True" if task.task_id in self.tolerated else None,
            **self._attributes(step, function),
        }
        return text.call("outcome_op", text.keyed(given))

    def _deciding(self, task: Task) -> dict[str, str | None]:
        """What decides whether a task runs."""
        rule = task.trigger_rule if task.upstream else "all_success"
        indirect = sorted(self.op_name(up) for up in scopes(self.dag)[task.task_id])
        return {
            "rule": repr(rule) if rule != "all_success" else None,
            "setups": _tuple(indirect),
            "also": _tuple(list(self.wiring.also(task.task_id))),
        }

    def _fan(self, unit: Unit, fan_out: str) -> str:
        """The op that makes the items of a mapped task or group."""
        fan, task = unit.fan, unit.tasks[0]
        assert fan is not None
        function = self.fans[fan.of]
        name = f"{self.job_name}__{function}" if function in self.names.crowded else function
        group = fan.of != task.task_id
        given = {
            **({"rule": "'always'" if fan.sources else None} if group else self._deciding(task)),
            "pulls": _tuple(
                [i.name for i in fan.body.inputs if i.task_id not in task.upstream or i.name in fan.pulls]
            ),
            "name": repr(name) if name != function else None,
        }
        context = ["context: dg.OpExecutionContext"] if fan.body.context else []
        parameters = ", ".join([*context, *(i.name for i in fan.body.inputs)])
        body = "\n".join(f"    {line}" for line in [*fan.body.lines, *fan.lines])
        return f"@{text.call(fan_out, text.keyed(given))}\ndef {function}({parameters}):\n{body}"

    def _op(self, step: Step, function: str) -> str:
        ins = {name: "dg.In(dg.Nothing)" for name in self.wiring.order_only(step)}
        outs: Mapping[str, str] = {}
        if step.body.pushes:
            first = ["result"] if step.body.returns else []
            outs = {name: "dg.Out()" for name in [*first, *(naming.variable(k) for k, _ in step.body.pushes)]}
        given = {
            "ins": text.mapping(ins) if ins else None,
            "out": text.mapping(outs) if outs else "dg.Out(is_required=False)" if step.yields else None,
            **self._attributes(step, function),
        }
        arguments = text.keyed(given)
        return text.call("dg.op", arguments) if arguments else "dg.op"

    def _attributes(self, step: Step, function: str) -> dict[str, str | None]:
        task = step.task
        name = self.op_name(task.task_id)
        policy = text.retry(task)
        return {
            "name": repr(name) if name != function else None,
            "description": text.quoted(documented) if (documented := text.documentation(step)) else None,
            "retry_policy": self.retry if policy and policy == self.usual else policy,
            "pool": repr(naming.tag(task.pool)) if task.pool != "default_pool" else None,
            "tags": self._op_tags(task),
        }

    def _op_tags(self, task: Task) -> str | None:
        owner, found = text.owner(task), dict[str, str]()
        if owner and not self._one_owner():
            found["owner"] = repr(naming.tag(owner))
        if (priority := self.priorities.get(task.task_id)) is not None:
            found[policies.PRIORITY] = repr(str(priority))
        return text.mapping(found) if found else None

    def _one_owner(self) -> str | None:
        return text.shared(text.owner(s.task) for s in self.steps.values())

    def _arms(self, step: Step) -> str:
        """The followers of a branch; as a mapping where one of them leads to another, or an id is no name."""
        children = sorted(self.dag.downstream(step.task.task_id))
        opens = {c: [c, *(d for d in children if c in ancestors(self.dag, d))] for c in children}
        for group, roots in self._groups(children).items():
            opens[group] = list(dict.fromkeys(o for root in roots for o in opens[root]))
        for other in self._named_elsewhere(step, children):  # all that it does not lead to is skipped
            opens[other] = [d for d in children if other in ancestors(self.dag, d)]
        names = self.arm_names(step)
        if all(
            outputs == [child] and child in names and names[child] == child
            for child, outputs in opens.items()
        ):
            return _tuple(children) or "()"
        return text.mapping({c: _tuple([names[o] for o in outputs]) or "()" for c, outputs in opens.items()})

    def _named_elsewhere(self, step: Step, children: list[str]) -> list[str]:
        """Tasks of the DAG that do not follow a branch, and that its function names all the same: not in a pull."""
        nodes = [n for part in getattr(step.function, "body", ()) for n in walk(part)]
        pulls = [n for n in nodes if isinstance(n, ast.Call) and getattr(n.func, "attr", "") == "xcom_pull"]
        pulled = {id(n) for call in pulls for n in walk(call)}
        texts = {n.value for n in nodes if isinstance(n, ast.Constant) and id(n) not in pulled}
        return [t.task_id for t in self.dag.tasks if t.task_id in texts and t.task_id not in children]

    def _groups(self, children: list[str]) -> dict[str, list[str]]:
        """A branch may name a group, which stands for the tasks that it begins with."""
        found = {}
        for group in sorted(self.dag.groups):
            inside = {t.task_id for t in self.dag.tasks if t.group and f"{t.group}.".startswith(f"{group}.")}
            roots = sorted(t for t in inside if not self.dag.task(t).upstream & inside)
            if roots and set(roots) <= set(children) and group not in children:
                found[group] = roots
        return found

    def arm_names(self, step: Step) -> dict[str, str]:
        """The output for each follower of a branch."""
        names: dict[str, str] = {}
        for child in sorted(self.dag.downstream(step.task.task_id)):
            names[child] = free(naming.identifier(child), {*names.values(), "outcome", "result"})
        return names

    # ------------------------------------------------------------------ the job
    def _job(self, name: str) -> str:
        description = self.dag.description or self.dag.doc_md
        tags = text.job_tags(self.dag, self.job_name)
        if owner := self._one_owner():
            tags["owner"] = repr(naming.tag(owner))
        given = {
            "name": repr(self.job_name) if self.job_name != name else None,
            "description": text.quoted(description.strip()) if description else None,
            "partitions_def": self.partitions,
            "executor_def": text.executor(self.dag, outcomes=bool(self.outcomes)),
            "tags": text.mapping(tags) if tags else None,
        }
        arguments = text.keyed(given)
        decorator = text.call("dg.job", arguments) if arguments else "dg.job"
        return f"@{decorator}\ndef {name}():\n" + "\n".join(f"    {line}" for line in self.wiring.lines())

    def called(self, task_id: str) -> str:
        """The op, with its hooks."""
        hooks = text.step_hooks(
            self.steps[task_id], self.dag, self.partitions, tolerated=task_id in self.tolerated
        )
        name = self.calls[task_id]
        return f"{name}.with_hooks({hooks})" if hooks else name


def fan_name(of: str) -> str:
    """What the fan of a task or group wants to be called."""
    return f"each_{naming.identifier(of)}"


def _tuple(items: list[str]) -> str | None:
    if not items:
        return None
    return f"({', '.join(map(repr, items))}{',' if len(items) == 1 else ''})"

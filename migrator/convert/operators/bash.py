"""BashOperator becomes a step that runs the same command in the same way, by `run_bash` of the new project."""

from typing import TYPE_CHECKING

from migrator.convert.commands import options, reads_context
from migrator.convert.items import over
from migrator.convert.registry import Args, Example, Fragment, translates
from migrator.ir import Code, Item, Literal, Template, Value, constant, walk

if TYPE_CHECKING:
    from migrator.convert.scope import Scope

EXAMPLES = [
    Example(
        name="the last line of output is the result, and exit code 99 skips",
        before='BashOperator(task_id="say", bash_command="echo hi")',
        after="yield from run_bash('echo hi')",
    ),
    Example(
        name="a template is an f-string",
        before='BashOperator(task_id="say", bash_command="echo {{ ds }}")',
        after='yield from run_bash(f"echo {context.partition_key}")',
    ),
    Example(
        name="env replaces the environment, unless it is appended to it",
        before=(
            'BashOperator(task_id="say", bash_command="echo $A", env={"A": "1"}, append_env=True, cwd="/tmp")'
        ),
        after="""yield from run_bash('echo $A', env={**os.environ, 'A': "1"}, cwd="/tmp")""",
    ),
    Example(
        name="another encoding, other exit codes that skip",
        before=(
            'BashOperator(task_id="say", bash_command="echo hi", output_encoding="latin-1", '
            "skip_on_exit_code=[98, 99])"
        ),
        after="yield from run_bash('echo hi', skip_on=[98, 99], encoding=\"latin-1\")",
    ),
    Example(
        name="what makes a value of the last line",
        before='BashOperator(task_id="say", bash_command="echo 1", output_processor=lambda line: int(line))',
        after="yield from run_bash('echo 1', value=lambda line: int(line))",
    ),
    Example(
        name="a command whose output is not to be kept",
        before='BashOperator(task_id="say", bash_command="cat secret", do_xcom_push=False)',
        after="yield from run_bash('cat secret', value=None)",
    ),
    Example(
        name="a command that reads what Airflow sets",
        before='BashOperator(task_id="say", bash_command="echo $AIRFLOW_CTX_TASK_ID")',
        after="",
        findings=("OP053",),
    ),
    Example(
        name="an argument without a counterpart is reported",
        before='BashOperator(task_id="say", bash_command="echo hi", executor="LocalExecutor")',
        after="yield from run_bash('echo hi')",
        findings=("OP040",),
    ),
    Example(
        name="an f-string stays as it was written",
        before='BashOperator(task_id="say", bash_command=f"mkdir -p {FOLDER}")',
        after='yield from run_bash(f"mkdir -p {FOLDER}")',
    ),
    Example(
        name="a script file is looked up by Airflow, so the task is not native",
        before='BashOperator(task_id="say", bash_command="run.sh")',
        after="",
        findings=("OP042",),
    ),
]


@translates(
    "airflow.operators.bash.BashOperator",
    "airflow.operators.bash_operator.BashOperator",
    "airflow.providers.standard.operators.bash.BashOperator",
)
def bash(args: Args, scope: "Scope") -> Fragment | None:
    """The rest of the arguments is left over, and so reported."""
    command = args.take("bash_command")
    if command is None or reads_context(scope) or not _is_command(command, scope):
        return None
    call = [scope.text_of(command, scope.node_of("bash_command") if isinstance(command, Code) else None)]
    call += options(args, scope)
    scope.body.imports.add("from ..runtime.shell import run_bash")
    return Fragment((f"yield from run_bash({', '.join(c or '' for c in call)})",), returns=True, yields=True)


def _are_commands(scope: "Scope") -> bool:
    """Of a mapped task: what the text has must be commands, and what another task gives is taken as it is."""
    texts = [v.value for given in over(scope.task).values() for v in _constants(given)]
    if any(isinstance(text, str) and text.endswith((".sh", ".bash")) for text in texts):
        scope.refuse("OP042", "one of the commands is a script that Airflow looks up")
        return False
    return True


def _constants(value: Value) -> list[Literal]:
    found = [v for v in walk(value) if isinstance(v, Literal)]
    inner = [v.value for v in found if isinstance(v.value, (list, tuple))]
    parts = [part for items in inner for item in items for part in _parts(item)]
    return [*found, *(Literal(part) for part in parts)]


def _parts(item: object) -> list[object]:
    return [*item.values()] if isinstance(item, dict) else [item]


def _is_command(command: Value, scope: "Scope") -> bool:
    """Whether it is a text of its own. An f-string or the like stays as it was written, if no template is in it."""
    if isinstance(command, Item):
        return _are_commands(scope)
    if isinstance(command, Code):
        text = command.source
        if not command.pieces and scope.node_of("bash_command") is None:
            scope.refuse("OP042", "the command is put together by code")
            return False
    elif isinstance(command, Template):
        text = command.source
    else:
        text = str(constant(command, ""))
    last = command.pieces[-1] if isinstance(command, Code) and command.pieces else None
    if isinstance(last, Literal) and last.value:
        text = str(last.value)
    written = text.rstrip("'\"") if isinstance(command, Code) else text
    if not text or written.endswith((".sh", ".bash")):
        scope.refuse(
            "OP042", "the command is no text of the DAG file: a script that Airflow looks up, or not known"
        )
        return False
    return True

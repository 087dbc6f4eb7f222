"""BashOperator becomes a step that runs the same command in the same way, by `run_bash` of the new project."""

from typing import TYPE_CHECKING

from migrator.convert.registry import Args, Example, Fragment, translates
from migrator.ir import Code, Literal, Template, Value, constant

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
        after="""yield from run_bash('echo $A', env={**os.environ, 'A': '1'}, cwd="/tmp")""",
    ),
    Example(
        name="an argument without a counterpart is reported",
        before='BashOperator(task_id="say", bash_command="echo hi", output_encoding="latin-1")',
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
    """`output_processor` and the like are left over, and so reported."""
    command = args.take("bash_command")
    if command is None or not _is_command(command, scope):
        return None
    call = [scope.text_of(command, scope.node_of("bash_command") if isinstance(command, Code) else None)]
    env, append = args.take("env"), constant(args.take("append_env"), False)
    if env is not None and env != Literal(None):
        inner = scope.text_of(env, None)
        call.append(f"env={_merged(inner) if append and inner else inner}")
        if append:
            scope.body.imports.add("import os")
    if (cwd := args.take("cwd")) is not None:
        call.append(f"cwd={scope.text_of(cwd, scope.node_of('cwd'))}")
    for name in ("skip_on_exit_code", "skip_exit_code"):
        if (code := args.take(name)) is not None:
            call.append(f"skip_on={scope.text_of(code, None)}")
    scope.body.imports.add("from ..runtime.shell import run_bash")
    return Fragment((f"yield from run_bash({', '.join(c or '' for c in call)})",), returns=True, yields=True)


def _is_command(command: Value, scope: "Scope") -> bool:
    """Whether it is a text of its own. An f-string or the like stays as it was written, if no template is in it."""
    if isinstance(command, Code):
        text = command.source
        if "{{" in text or "{%" in text or scope.node_of("bash_command") is None:
            scope.refuse("OP042", "the command is put together from a template and from code")
            return False
    elif isinstance(command, Template):
        text = command.source
    else:
        text = str(constant(command, ""))
    if not text or text.rstrip("'\"").endswith((".sh", ".bash")):
        scope.refuse(
            "OP042", "the command is no text of the DAG file: a script that Airflow looks up, or not known"
        )
        return False
    return True


def _merged(mapping: str) -> str:
    return (
        "{**os.environ, " + mapping.removeprefix("{")
        if mapping.startswith("{")
        else f"{{**os.environ, **{mapping}}}"
    )

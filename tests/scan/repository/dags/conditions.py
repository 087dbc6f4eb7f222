"""airflow dag"""

# ruff: noqa  # written as users write
import sys, os, logging, platform, socket, random, uuid, time, getpass, pathlib, hashlib, base64
from datetime import datetime
import airflow
from airflow.configuration import conf
from airflow.models import Variable, Connection
from compat import DAG, EmptyOperator, task, chain

K = dict(schedule=None, start_date=datetime(2024, 1, 1))
log = logging.getLogger(__name__)
with DAG("c_version", **K) as d:
    if airflow.__version__.startswith("1."):
        EmptyOperator(task_id="old")
    if sys.version_info >= (3, 6):
        EmptyOperator(task_id="py")
    if sys.version_info[0] == 2:
        EmptyOperator(task_id="py2")
with DAG("c_hash", **K) as d:
    EmptyOperator(task_id="h_" + hashlib.md5(b"abc").hexdigest()[:8])
    EmptyOperator(task_id="s_" + hashlib.sha256("abc".encode()).hexdigest()[:6])
    EmptyOperator(task_id="b_" + base64.b64encode(b"ab").decode().rstrip("="))
with DAG("c_random", **K) as d:
    EmptyOperator(task_id=f"r_{random.randint(1, 1)}")
with DAG("c_host", **K) as d:
    if socket.gethostname() != "":
        EmptyOperator(task_id="host")
with DAG("c_conf", **K) as d:
    if conf.getboolean("core", "load_examples", fallback=False):
        EmptyOperator(task_id="conf")
with DAG("c_main", **K) as d:
    EmptyOperator(task_id="a")
    if __name__ == "__main__":
        EmptyOperator(task_id="main")
if __name__ == "__main__":
    d.cli()
with DAG("c_name", **K) as d:
    EmptyOperator(task_id=pathlib.Path(__file__).stem)
    EmptyOperator(task_id=os.path.basename(__file__).replace(".py", "_x"))
with DAG(os.path.splitext(os.path.basename(__file__))[0], **K) as d:
    EmptyOperator(task_id="a")
with DAG("c_try", **K) as d:
    try:
        import yaml
    except ImportError:
        yaml = None
    try:
        n = int(Variable.get("n", default_var="2"))
    except Exception:
        n = 1
    EmptyOperator(task_id="ok")
    for i in range(2):
        try:
            if i:
                raise RuntimeError("x")
            EmptyOperator(task_id=f"t{i}")
        except RuntimeError as e:
            log.warning("skipped %s", e)
            continue
        EmptyOperator(task_id=f"u{i}")
with DAG("c_assert", **K) as d:

    def check(cfg):
        if "a" not in cfg:
            raise ValueError("bad")
        return cfg["a"]

    EmptyOperator(task_id=check({"a": "fine"}))

    def early(n):
        if n > 1:
            return "big"
        for i in range(10):
            if i == n:
                return f"small{i}"
        return None

    EmptyOperator(task_id=early(1))
    EmptyOperator(task_id=early(2))

    def rec(n):
        return [] if n == 0 else rec(n - 1) + [EmptyOperator(task_id=f"rec{n}")]

    chain(*rec(3))

    def varargs(first, *rest, sep="-", **kw):
        return sep.join([first, *rest, *(f"{k}{v}" for k, v in kw.items())])

    EmptyOperator(task_id=varargs("x", *["y", "z"], **{"k": 1}, sep="_"))

    def default_mutable(acc=None):
        acc = acc or []
        acc.append(1)
        return acc

    EmptyOperator(task_id=f"dm{len(default_mutable(default_mutable()))}")

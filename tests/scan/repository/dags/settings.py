"""dataclasses, enums, YAML, TOML, JSON, CSV, INI beside the file. (airflow dag)"""

# ruff: noqa  # written as users write
import configparser, csv, io, json, os, sys
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime, timedelta
from enum import Enum, IntEnum, auto
from pathlib import Path
import yaml
from compat import DAG, BashOperator, EmptyOperator, TaskGroup

if sys.version_info >= (3, 11):
    import tomllib
HERE = Path(__file__).resolve().parent
CONFIG = HERE / "config"


class Freq(Enum):
    DAILY = "@daily"
    WEEKLY = "@weekly"

    @property
    def short(self):
        return self.name.lower()[0]

    @classmethod
    def parse(cls, text):
        return cls[text.upper()]


class Prio(IntEnum):
    LOW = 1
    HIGH = 10


class Auto(Enum):
    ONE = auto()
    TWO = auto()


@dataclass(frozen=True)
class Job:
    name: str
    freq: Freq = Freq.DAILY
    tags: list[str] = field(default_factory=lambda: ["default"])
    retries: int = 1
    needs: tuple[str, ...] = ()

    @property
    def dag_id(self):
        return f"{self.name}_{self.freq.short}"

    @classmethod
    def from_dict(cls, raw):
        known = {f.name for f in fields(cls)}
        data = {k: v for k, v in raw.items() if k in known}
        if "freq" in data:
            data["freq"] = Freq.parse(data["freq"])
        return cls(**data)


with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "config", "jobs.yaml")) as f:
    RAW = yaml.safe_load(f)
JOBS = [Job.from_dict(r) for r in RAW["jobs"]]
JOBS.append(replace(JOBS[0], name="copy"))

for job in JOBS:
    with DAG(
        job.dag_id,
        schedule=job.freq.value,
        start_date=datetime.strptime(RAW["start"], "%Y-%m-%d"),
        tags=job.tags,
        default_args={"retries": job.retries, "retry_delay": timedelta(minutes=RAW.get("delay", 3))},
        catchup=False,
    ) as dag:
        for key, value in asdict(job).items():
            if isinstance(value, int):
                EmptyOperator(task_id=f"{key}_{value}")
        for p in Prio:
            EmptyOperator(task_id=f"prio_{p.name}", priority_weight=p.value)
        EmptyOperator(task_id=f"auto_{Auto.TWO.value}")
    globals()[job.dag_id] = dag

with DAG("files", schedule=None, start_date=datetime(2024, 1, 1)) as files:
    toml = tomllib.loads((CONFIG / "conf.toml").read_text())
    with open(CONFIG / "conf.toml", "rb") as handle:
        again = tomllib.load(handle)
    for name, opts in toml["tables"].items():
        EmptyOperator(task_id=name, pool=opts.get("pool", "default_pool"))
    EmptyOperator(task_id=f"toml_{len(again['tables'])}")
    parser = configparser.ConfigParser()
    parser.read(CONFIG / "conf.ini")
    for section in parser.sections():
        EmptyOperator(task_id=f"{section}_{parser[section]['mode']}_{parser.getint(section, 'n')}")
    with (CONFIG / "rows.csv").open() as fh:
        for row in csv.DictReader(fh):
            EmptyOperator(task_id=f"{row['table']}_{row['key']}")
    with open(f"{os.path.dirname(__file__)}/config/names.txt") as fh:
        for line in fh:
            EmptyOperator(task_id=line.strip())
    for path in sorted(CONFIG.glob("*.sql")):
        BashOperator(task_id=f"run_{path.stem}", bash_command=path.read_text())
    for name in sorted(os.listdir(os.path.join(HERE, "config"))):
        if name.endswith(".sql"):
            EmptyOperator(task_id="ls_" + os.path.splitext(name)[0])
    for row in csv.reader(io.StringIO("m,n\no,p")):
        EmptyOperator(task_id="_".join(row))
    docs = list(yaml.safe_load_all((CONFIG / "many.yml").read_text()))
    with TaskGroup("docs"):
        for doc in docs:
            EmptyOperator(task_id=doc["name"])
    for k, v in json.loads('{"j1": {"on": true}, "j2": {"on": false}}').items():
        if v["on"]:
            EmptyOperator(task_id=k)

"""A large DAG folder: the example DAGs of both Airflows, copied as often as needed, each copy with its own ids."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from migrator.scan import scan
from scripts.corpora import Corpus


@dataclass(frozen=True)
class Text:
    """One file of a corpus, and the ids of its DAGs."""

    place: str  # relative to the folder of a copy
    text: str
    ids: re.Pattern[str] | None

    def numbered(self, number: int) -> str:
        """The text in which each DAG id ends with a number: strings and the names of @dag functions alike."""
        ending = f"{self.place.partition('/')[0]}_{number:05}"  # the two Airflows have examples of one name
        return self.ids.sub(rf"\g<0>_{ending}", self.text) if self.ids else self.text


def texts(corpora: Sequence[Corpus], scratch: Path) -> list[Text]:
    """The files of all corpora."""
    found = []
    for corpus in corpora:
        folder = corpus.copy_to(scratch / f"airflow-{corpus.version}")
        project, _ = scan([folder])
        for file in project.files:
            ids = sorted(
                {d.dag_id for d in project.dags if d.origin.file == file.path}, key=len, reverse=True
            )
            pattern = re.compile(rf"\b({'|'.join(map(re.escape, ids))})\b") if ids else None
            found.append(
                Text(f"airflow_{corpus.version.split('.')[0]}/{file.path}", file.text or "", pattern)
            )
    return found


def write(texts: Sequence[Text], count: int, folder: Path) -> list[Path]:
    """That many files below the folder, a folder for each copy."""
    made = []
    for index in range(count):
        number, text = index // len(texts), texts[index % len(texts)]
        path = folder / f"copy_{number:05}" / text.place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.numbered(number), encoding="utf-8")
        made.append(path)
    return made

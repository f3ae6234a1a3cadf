"""What the environment may say, read once and checked: every name starts with PARVIS_."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]


class Environment(BaseSettings):
    """The settings an operator may set; docs/operating.md explains each."""

    model_config = SettingsConfigDict(env_prefix="PARVIS_", env_file=ROOT / ".env", extra="ignore")

    secret_key: str = ""
    origins: str = ""  # comma-separated full origins: https://parvis.example.org
    database_url: str = f"sqlite:///{ROOT / 'var' / 'parvis.sqlite3'}"
    redis_url: str = ""
    data: Path = ROOT / "var"  # files, index of the front end's build, lock of the process
    media: str = ""  # s3://bucket?endpoint=... ; empty: files under PARVIS_DATA
    accel_prefix: str = ""  # internal prefix for X-Accel-Redirect, e.g. /protected/
    max_file_mb: int = 20  # megabytes of one image or document
    space_files_mb: int = 5_000  # megabytes of all the files said in the conversations of one space; 0: no limit
    unsaid_files_mb: int = 200  # megabytes of files that one person has brought and not said yet
    file_check: str = (
        ""  # dotted path of a function (content, name) -> reason: refuses a file, for instance for a virus
    )
    frames: str = ""  # comma-separated origins whose videos may be shown inside pages, on the reader's consent
    organisation: str = "Parvis"
    language: str = "fr"
    time_zone: str = "Europe/Paris"
    mail_url: str = ""  # smtp://user:password@host:587?tls=1
    mail_from: str = "Parvis <parvis@localhost>"
    proxied: bool = False  # True when a proxy sets X-Forwarded-Proto and X-Forwarded-For
    demo: bool = False
    demo_colleague: bool = True  # in the demo somebody writes in one page while it is open
    log_level: str = "INFO"


environment = Environment()

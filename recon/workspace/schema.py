"""Tables of a workspace, and the triggers that make its memory append-only."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

VERSION = 1
APPLICATION_ID = 0x7265636E
"""Stands in the file's header ("recn"), so that another program's database is never touched."""

METADATA = MetaData()

META = Table("meta", METADATA, Column("key", String, primary_key=True), Column("value", Text))

SNAPSHOT = Table(
    "snapshot",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("id", String, nullable=False, index=True),
    Column("system", String, nullable=False, index=True),
    Column("about", Text, nullable=False),
    Column("records", LargeBinary),  # only with the first of equal snapshots
)
PLAN = Table(
    "plan",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("digest", String, nullable=False),
    Column("body", Text, nullable=False),
)
DECISION = Table(
    "decision",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("plan_id", String, nullable=False, index=True),
    Column("action_id", String, nullable=False),
    Column("verdict", String, nullable=False),
    Column("by", String, nullable=False),
    Column("role", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("at", DateTime, nullable=False),
    Column("note", Text, nullable=False),
)
JOURNAL = Table(
    "journal",
    METADATA,
    Column("seq", Integer, primary_key=True),
    Column("at", DateTime, nullable=False),
    Column("plan_id", String, nullable=False, index=True),
    Column("write_id", String, nullable=False),
    Column("state", String, nullable=False),
    Column("request_id", String, nullable=False),
    Column("realm", String, nullable=False),
    Column("body_hash", String, nullable=False),
    Column("detail", Text, nullable=False),
)
APPEND_ONLY = (SNAPSHOT, PLAN, DECISION, JOURNAL)


def create(connection: Connection) -> None:
    """Make the tables of a new workspace, and mark the file as one."""
    METADATA.create_all(connection)
    for table in APPEND_ONLY:
        for change in ("UPDATE", "DELETE"):
            connection.execute(
                text(
                    f"CREATE TRIGGER {table.name}_no_{change.lower()} BEFORE {change} "
                    f"ON {table.name} BEGIN "
                    f"SELECT RAISE(ABORT, '{table.name} is append-only'); END"
                )
            )
    connection.execute(text(f"PRAGMA application_id = {APPLICATION_ID}"))
    connection.execute(text(f"PRAGMA user_version = {VERSION}"))

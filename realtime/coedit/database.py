"""The threads in which shared texts ask the database, apart from those of the streams."""

from realtime.live.database import DatabaseThreads

in_database = DatabaseThreads("coedit-database", 3)

# for keeping whole documents, which may take long: nobody waits there
in_keeping = DatabaseThreads("coedit-keeping", 1)

"""What is done again and again, and whose turn is next."""

from django.db import models


class Job(models.Model):
    """A recurring job. `turn` is the number of its next run: whoever moves it on runs it, and nobody else."""

    name = models.CharField(max_length=100, primary_key=True)
    turn = models.BigIntegerField(default=0)
    due_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} #{self.turn}"

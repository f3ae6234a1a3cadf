from django.db import migrations, models


def keep_words(apps, schema_editor):
    """Reports that wait keep what the message said when it was reported."""
    Report, MessageRevision = apps.get_model('threads', 'Report'), apps.get_model('threads', 'MessageRevision')
    for report in Report.objects.filter(handled_at=None).select_related('message').order_by('pk'):
        later = MessageRevision.objects.filter(message=report.message_id, until__gt=report.at).order_by('until', 'pk').first()
        report.html = later.html if later else report.message.html
        report.save(update_fields=['html'])


class Migration(migrations.Migration):

    dependencies = [
        ('threads', '0002_forget_glances'),
    ]

    operations = [
        migrations.AddField(
            model_name='report',
            name='html',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.AlterField(
            model_name='moderationact',
            name='kind',
            field=models.CharField(choices=[('hidden', 'Hidden'), ('shown', 'Shown again'), ('left', 'Left as it is'), ('taken_back', 'Taken back by its author')], max_length=10),
        ),
        migrations.AlterField(
            model_name='moderationact',
            name='reason',
            field=models.CharField(blank=True, max_length=500, verbose_name='reason'),
        ),
        migrations.RunPython(keep_words, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='report',
            constraint=models.CheckConstraint(condition=models.Q(('handled_at', None), ('html', ''), _connector='OR'), name='report_decided_has_no_words'),
        ),
    ]

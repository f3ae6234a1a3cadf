from django.db import migrations


def open_streams(apps, schema_editor):
    """Every space that exists has its stream, as those that are made from now on."""
    Space, Stream = apps.get_model('spaces', 'Space'), apps.get_model('streams', 'Stream')
    keys = Space.objects.order_by('pk').values_list('pk', flat=True)
    Stream.objects.bulk_create([Stream(kind='space', key=key) for key in keys], ignore_conflicts=True, batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('spaces', '0001_initial'),
        ('streams', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(open_streams, migrations.RunPython.noop),
    ]

from itertools import islice

from django.db import migrations

BATCH = 500
GLANCES = {'message.posted': 'reply_to', 'message.shown': 'reply_to', 'state.changed': 'answer'}


def forget_glances(apps, schema_editor):
    """No log keeps a glance at a message that was taken back, hidden or moved away before logs were cleaned of them."""
    StreamEvent = apps.get_model('streams', 'StreamEvent')
    told = StreamEvent.objects.filter(stream__kind='thread', kind__in=GLANCES).select_related('stream')
    events = (event for event in told.order_by('pk').iterator(BATCH) if event.payload.get(GLANCES[event.kind]))
    while batch := list(islice(events, BATCH)):
        StreamEvent.objects.bulk_update(cleaned(apps, batch), ['payload'])


def cleaned(apps, events):
    """Those of `events` that glance at words which are not to be read where they are told, without them."""
    Message = apps.get_model('threads', 'Message')
    there = Message.objects.filter(deleted_at=None).in_bulk({event.payload[GLANCES[event.kind]]['id'] for event in events})
    changed = []
    for event in events:
        name = GLANCES[event.kind]
        glance, message = event.payload[name], there.get(event.payload[name]['id'])
        if message is None or message.thread_id != event.stream.key:
            event.payload[name] = None
        elif message.hidden_at and glance['excerpt']:
            event.payload[name] = {**glance, 'excerpt': ''} if name == 'reply_to' else None
        else:
            continue
        changed.append(event)
    return changed


class Migration(migrations.Migration):

    dependencies = [
        ('streams', '0001_initial'),
        ('threads', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(forget_glances, migrations.RunPython.noop),
    ]

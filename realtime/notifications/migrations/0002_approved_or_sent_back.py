from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='notification',
            name='reason',
            field=models.CharField(blank=True, choices=[('called', 'called by name'), ('team_called', 'their team was called'), ('space_called', 'the space was called'), ('replied', 'their message was answered'), ('answered', 'their question was answered'), ('wrote', 'written to in private'), ('announced', 'announced to the space'), ('published', 'a page is published anew'), ('rescheduled', 'an event has another day or place'), ('asked', 'is a page still needed?'), ('needs_work', 'a page needs work'), ('archived', 'a page is archived'), ('problem', 'a problem with a page'), ('approval', 'a page waits for your approval'), ('approved', 'a page was approved'), ('sent_back', 'a page was sent back'), ('', 'what the category says')], default='', max_length=12),
        ),
    ]

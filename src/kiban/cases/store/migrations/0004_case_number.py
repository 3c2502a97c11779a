from collections import Counter
from zoneinfo import ZoneInfo

from django.db import migrations, models

JST = ZoneInfo("Asia/Tokyo")


def number(apps, schema_editor):
    """Each agency's cases in the order in which they were opened; the first event has the number as well."""
    cases, events = apps.get_model("cases", "CaseRow"), apps.get_model("cases", "CaseEventRow")
    last = Counter()
    for row in cases.objects.order_by("opened_at", "id").iterator():
        year = row.opened_at.astimezone(JST).year
        last[row.agency, year] += 1
        row.number = f"{year}-{last[row.agency, year]:06d}"
        row.body = {**row.body, "number": row.number}
        row.save(update_fields=["number", "body"])
        for opened in events.objects.filter(case_id=row.pk, seq=1):
            opened.data = {**opened.data, "number": row.number}
            opened.save(update_fields=["data"])
    counters = apps.get_model("cases", "CaseCounterRow")
    counters.objects.bulk_create(counters(agency=agency, year=year, last=n) for (agency, year), n in last.items())


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0003_visits_by_day'),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseCounterRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agency', models.CharField(max_length=40)),
                ('year', models.PositiveIntegerField()),
                ('last', models.PositiveIntegerField(default=0)),
            ],
            options={
                'db_table': 'cases_counter',
                'constraints': [models.UniqueConstraint(fields=('agency', 'year'), name='cases_counter_once')],
            },
        ),
        migrations.AddField(
            model_name='caserow',
            name='number',
            field=models.CharField(default='', max_length=20),
            preserve_default=False,
        ),
        migrations.RunPython(number, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='caserow',
            constraint=models.UniqueConstraint(fields=('agency', 'number'), name='cases_number_once'),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shell', '0002_heard'),
    ]

    operations = [
        migrations.CreateModel(
            name='UnsentRow',
            fields=[
                ('key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('owner', models.CharField(db_index=True, max_length=64)),
                ('at', models.DateTimeField(db_index=True)),
                ('sealed', models.BinaryField()),
            ],
        ),
    ]

import comity.records.identity
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('standards', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='OutlineDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('actor', models.UUIDField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('file', models.CharField(max_length=255)),
                ('target', models.JSONField(default=dict)),
                ('outline', models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name='Clause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rid', models.UUIDField(default=comity.records.identity.authored, editable=False, unique=True)),
                ('origin', models.CharField(blank=True, editable=False, max_length=255)),
                ('uri', models.CharField(blank=True, editable=False, max_length=500)),
                ('visibility', models.CharField(choices=[('public', 'public'), ('partners', 'partners'), ('organisation', 'organisation'), ('private', 'private')], default='public', max_length=12)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('contributor', models.UUIDField(blank=True, editable=False, null=True)),
                ('organisation', models.UUIDField(blank=True, editable=False, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('ref', models.CharField(max_length=250)),
                ('parent', models.CharField(blank=True, max_length=250)),
                ('kind', models.CharField(choices=[('preamble', 'preamble'), ('recital', 'recital'), ('part', 'part'), ('chapter', 'chapter'), ('section', 'section'), ('article', 'article'), ('paragraph', 'paragraph'), ('point', 'point'), ('annex', 'annex'), ('clause', 'clause'), ('control', 'control'), ('group', 'group'), ('item', 'item')], default='clause', max_length=10)),
                ('order', models.PositiveIntegerField()),
                ('depth', models.PositiveSmallIntegerField(default=1)),
                ('lineage', models.UUIDField(db_index=True)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clauses', to='standards.edition')),
            ],
        ),
        migrations.CreateModel(
            name='Expression',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rid', models.UUIDField(default=comity.records.identity.authored, editable=False, unique=True)),
                ('origin', models.CharField(blank=True, editable=False, max_length=255)),
                ('uri', models.CharField(blank=True, editable=False, max_length=500)),
                ('visibility', models.CharField(choices=[('public', 'public'), ('partners', 'partners'), ('organisation', 'organisation'), ('private', 'private')], default='public', max_length=12)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('contributor', models.UUIDField(blank=True, editable=False, null=True)),
                ('organisation', models.UUIDField(blank=True, editable=False, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('language', models.CharField(max_length=35)),
                ('title', models.CharField(blank=True, max_length=500)),
                ('nature', models.CharField(choices=[('official', 'official text'), ('translation', 'unofficial translation'), ('machine', 'machine translation'), ('outline', 'outline with short descriptions'), ('summary', 'summary in our own words'), ('unknown', 'nature of the text not stated')], default='unknown', max_length=12)),
                ('licence', models.CharField(blank=True, max_length=500)),
                ('may_show', models.BooleanField(default=False)),
                ('source', models.CharField(blank=True, max_length=500)),
                ('form', models.CharField(blank=True, max_length=20)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('read_on', models.CharField(blank=True, max_length=10)),
                ('clauses_known', models.PositiveIntegerField(default=0)),
                ('amendments', models.PositiveIntegerField(default=0)),
                ('warnings', models.JSONField(blank=True, default=list)),
                ('edition', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='expressions', to='standards.edition')),
            ],
        ),
        migrations.CreateModel(
            name='ClauseText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('heading', models.CharField(blank=True, max_length=1000)),
                ('text', models.TextField(blank=True)),
                ('guidance', models.TextField(blank=True)),
                ('summary', models.CharField(blank=True, max_length=1000)),
                ('doubts', models.JSONField(blank=True, default=list)),
                ('revised_at', models.DateTimeField(blank=True, null=True)),
                ('clause', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='texts', to='standards.clause')),
                ('expression', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='texts', to='standards.expression')),
            ],
        ),
        migrations.AddIndex(
            model_name='clause',
            index=models.Index(fields=['edition', 'order'], name='clause_in_order'),
        ),
        migrations.AddConstraint(
            model_name='clause',
            constraint=models.UniqueConstraint(fields=('edition', 'ref'), name='one_clause_a_ref'),
        ),
        migrations.AddConstraint(
            model_name='expression',
            constraint=models.UniqueConstraint(fields=('edition', 'language'), name='one_expression_a_language'),
        ),
        migrations.AddConstraint(
            model_name='clausetext',
            constraint=models.UniqueConstraint(fields=('expression', 'clause'), name='one_text_a_language'),
        ),
    ]

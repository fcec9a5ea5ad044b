{#
    A model of materialization `lake` ends as Parquet files of the lake, one per partition, each replaced atomically.
    `partition_by: day` writes the days of this build and removes a day that came out empty; `partition_by: project`
    writes the project of this build. `row_wise: true` says that a row of the result depends on one row of the first table
    only, so that it is written in that table's order and never held in memory. Writing is pipelines.resources.lake_plugin's.
#}
{% materialization lake, adapter='duckdb' %}
    {%- set target_relation = this.incorporate(type='view' if config.get('row_wise', false) else 'table') -%}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') -%}
        create or replace {{ target_relation.type }} {{ target_relation }} as ({{ sql }})
    {%- endcall %}
    {{ adapter.commit() }}
    {% do adapter.store_relation('lake', target_relation, [], '', 'parquet', config) %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

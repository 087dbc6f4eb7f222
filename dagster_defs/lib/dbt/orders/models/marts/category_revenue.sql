-- What finance reads: one file a day.
{{ config(location = env_var('ORDERS_DATA_DIR', '/data/orders') ~ '/out/orders_dbt/category_revenue_' ~ var('day') ~ '.csv') }}

select
    p.category,
    count(*) as orders,
    cast(sum(o.amount) as decimal(14, 2)) as revenue
from {{ ref('stg_orders') }} as o
inner join {{ ref('stg_products') }} as p using (product_id)
where o.status = 'completed'
group by p.category
order by p.category

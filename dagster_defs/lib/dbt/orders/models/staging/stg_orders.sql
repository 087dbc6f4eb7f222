-- The newest version of each order that was changed on the day, if it can be booked.
with lines as (
    select
        cast(order_id as integer) as order_id,
        customer_id,
        cast(product_id as integer) as product_id,
        try_cast(quantity as integer) as quantity,
        try_cast(unit_price as decimal(12, 2)) as unit_price,
        try_cast(discount as decimal(4, 2)) as discount,
        lower(trim(status)) as status,
        updated_at
    from {{ source('shop', 'orders') }}
    where updated_at like '{{ var("day") }}%'
),

newest as (
    select *, row_number() over (partition by order_id order by updated_at desc, quantity desc) as version
    from lines
)

select
    order_id,
    customer_id,
    product_id,
    quantity,
    status,
    round(quantity * unit_price * (1 - discount), 2) as amount,
    updated_at
from newest
where version = 1 and quantity > 0 and unit_price >= 0 and discount between 0 and 1

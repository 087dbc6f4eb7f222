select cast(product_id as integer) as product_id, category
from {{ source('shop', 'products') }}

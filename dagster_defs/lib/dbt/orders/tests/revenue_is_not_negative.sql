select category, revenue
from {{ ref('category_revenue') }}
where revenue < 0

select * from {{ params.table }}
where day = '{{ ds }}' and amount < {{ var.value.amount_limit }} -- {{ conn.reporting.host }}

select "value"
from "store_state"
where "name" = ?

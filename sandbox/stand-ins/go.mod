module insightpulse.example/stand-ins

go 1.25

require (
	github.com/gomodule/redigo v1.9.3
	github.com/lib/pq v1.12.3
)

package facts

import "slices"

var retentionTable = table[struct{ Days []int }]("log-retention.json")

// LogRetentionDays returns the retention periods, in days, that CloudWatch Logs
// accepts for a log group, ascending. Logs that never expire have no period and
// aren't among them.
//
// Source: CloudWatch Logs API reference, PutRetentionPolicy,
// data/log-retention.json.
func LogRetentionDays() []int {
	return slices.Clone(retentionTable().Days)
}

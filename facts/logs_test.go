package facts

import (
	"slices"
	"testing"
)

func TestLogRetentionDays(t *testing.T) {
	days := LogRetentionDays()
	for _, accepted := range []int{1, 30, 90, 365, 400, 2557, 3653} {
		if !slices.Contains(days, accepted) {
			t.Errorf("%d days are missing", accepted)
		}
	}
	for _, refused := range []int{0, 2, 366, 2555, 3650, 3654} {
		if slices.Contains(days, refused) {
			t.Errorf("%d days are listed", refused)
		}
	}
	if len(days) != 22 {
		t.Errorf("%d periods, want 22", len(days))
	}
}

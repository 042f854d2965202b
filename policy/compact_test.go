package policy

import (
	"math/rand"
	"slices"
	"testing"

	"github.com/secureml/environments/policy/authorization"
)

// Patterns mean exactly the actions they replace, whatever the list, and are never longer.
func TestCompactMeansTheSame(t *testing.T) {
	all := authorization.Actions("sagemaker")
	random := rand.New(rand.NewSource(1))
	shorter := 0
	for range 60 {
		var actions []string
		share := 1 + random.Intn(20)
		for _, a := range all {
			if random.Intn(share) == 0 {
				actions = append(actions, a.Name)
			}
		}
		compact := Compact(actions)
		var expanded []string
		for _, pattern := range compact {
			for _, a := range authorization.Expand(pattern) {
				expanded = append(expanded, a.Name)
			}
		}
		if !slices.Equal(Sorted(expanded...), Sorted(actions...)) {
			t.Fatalf("%v\nbecame\n%v", actions, compact)
		}
		if length(compact) > length(actions) {
			t.Errorf("%d characters became %d", length(actions), length(compact))
		}
		if length(compact) < length(actions) {
			shorter++
		}
	}
	if shorter < 20 {
		t.Errorf("only %d of 60 lists became shorter", shorter)
	}
}

func length(actions []string) int {
	n := 0
	for _, a := range actions {
		n += len(a) + len(`"",`)
	}
	return n
}

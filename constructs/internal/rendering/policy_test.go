package rendering

import "testing"

// Catches an underestimate, which would let a policy grow over IAM's limit at deployment.
func TestMeasure(t *testing.T) {
	lengths := Lengths{"${Token[AWS.AccountId.4]}": 12, "longer than it becomes": 3}
	for _, c := range []struct {
		text string
		want int
	}{
		{"", 0},
		{"arn:aws:s3:::bucket", 19},
		{"é", 1},
		{"a${Token[AWS.AccountId.4]}b", 14},
		{"${Token[AWS.AccountId.4]}${Token[AWS.AccountId.4]}", 24},
		{"${Token[TOKEN.7]}", longestToken}, // a token that nobody has told the length of
		{"${aws:SourceIdentity}", 21},       // a policy variable is no token
	} {
		if got := lengths.Measure(c.text); got != c.want {
			t.Errorf("%s: got %d, want %d", c.text, got, c.want)
		}
	}
}

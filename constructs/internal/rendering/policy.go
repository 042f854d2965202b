package rendering

import (
	"regexp"
	"unicode/utf8"

	"github.com/secureml/environments/policy"
)

// Lengths are the greatest lengths that known tokens can have once they are resolved.
type Lengths map[string]int

var token = regexp.MustCompile(`\$\{Token\[[^]]*\]\}`)

// longestToken is the length of a key ARN in the partition and region with the longest names; nothing that a policy
// refers to is longer.
const longestToken = len("arn:aws-us-gov:kms:ap-southeast-1:111122223333:key/mrk-00000000000000000000000000000000")

// Measure returns the length of a rendered policy as it will be after deployment, at the most.
func (l Lengths) Measure(rendered string) int {
	total := utf8.RuneCountInString(rendered)
	for _, t := range token.FindAllString(rendered, -1) {
		resolved, ok := l[t]
		if !ok {
			resolved = longestToken
		}
		total += resolved - len(t)
	}
	return total
}

var _ policy.Length = Lengths{}.Measure

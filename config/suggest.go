package config

import (
	"slices"
	"strconv"
	"strings"
)

// nearest returns the candidate that is most like the word, or "" when none is alike enough to be what was meant.
func nearest(word string, candidates []string) string {
	best, bestDistance := "", 1+min(max(1, len(word)/3), 3)
	for _, candidate := range candidates {
		if d := distance(strings.ToLower(word), strings.ToLower(candidate)); d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	return best
}

// suggestion is the second half of a message: the nearest candidate, or all of them when none is near and they are few.
func suggestion(word string, candidates []string) string {
	if near := nearest(word, candidates); near != "" {
		return "did you mean " + strconv.Quote(near) + "?"
	}
	return "use " + oneOf(candidates)
}

// oneOf lists alternatives: "a, b or c".
func oneOf(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// maxCompared bounds the words that distance compares: a name longer than this is no typing mistake.
const maxCompared = 64

// distance is the Levenshtein distance with a swap of neighbours counted as one (optimal string alignment).
func distance(a, b string) int {
	if len(a) > maxCompared || len(b) > maxCompared {
		return max(len(a), len(b))
	}
	var beforeLast []int
	last := make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			replace := last[j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			row[j] = slices.Min([]int{replace, last[j] + 1, row[j-1] + 1})
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], beforeLast[j-2]+1)
			}
		}
		beforeLast, last = last, row
	}
	return last[len(b)]
}

package policy

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// sized returns a statement of about n characters.
func sized(id, n int) Statement {
	return Statement{Sid: fmt.Sprintf("S%d", id), Effect: Deny, Actions: []string{strings.Repeat("a", n)}, Resources: []string{"*"}}
}

// Catches lost, repeated or reordered statements, documents over the limit, and chance in the result.
func TestPackKeepsEverythingWithinTheLimit(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 200 {
		var in []Statement
		for i := range 1 + random.IntN(30) {
			in = append(in, sized(i, 1+random.IntN(1500)))
		}
		documents, err := Pack(in, 2000, Literal)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, d := range documents {
			if size := d.Size(Literal); size > 2000 {
				t.Fatalf("round %d: a document has %d characters", round, size)
			}
			if !slices.IsSortedFunc(d.Statements, func(a, b Statement) int { return number(a) - number(b) }) {
				t.Fatalf("round %d: statements change their order", round)
			}
			for _, s := range d.Statements {
				out = append(out, s.Sid)
			}
		}
		if len(out) != len(in) || len(Sorted(out...)) != len(in) {
			t.Fatalf("round %d: %d statements became %d", round, len(in), len(out))
		}
		again, _ := Pack(in, 2000, Literal)
		if fmt.Sprint(again) != fmt.Sprint(documents) {
			t.Fatalf("round %d: the same input packs differently", round)
		}
	}
}

func number(s Statement) (n int) {
	fmt.Sscanf(s.Sid, "S%d", &n)
	return n
}

// Compares with trying everything.
func TestPackIsMinimal(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		var in []Statement
		for i := range 1 + random.IntN(8) {
			in = append(in, sized(i, 100+random.IntN(900)))
		}
		documents, err := Pack(in, 1300, Literal)
		if err != nil {
			t.Fatal(err)
		}
		if least := leastDocuments(in, nil, 1300); len(documents) != least {
			t.Fatalf("%d documents where %d would do", len(documents), least)
		}
	}
}

func leastDocuments(in []Statement, documents []Document, limit int) int {
	if len(in) == 0 {
		return len(documents)
	}
	least := len(documents) + len(in)
	for i := range append(documents, Document{}) {
		next := slices.Clone(append(documents, Document{}))
		next[i].Statements = append(slices.Clone(next[i].Statements), in[0])
		if next[i].Size(Literal) > limit {
			continue
		}
		if i < len(documents) {
			next = next[:len(documents)]
		}
		least = min(least, leastDocuments(in[1:], next, limit))
	}
	return least
}

func TestPackRefusesWhatCannotFit(t *testing.T) {
	_, err := Pack([]Statement{sized(7, 3000)}, 2000, Literal)
	if err == nil || !strings.Contains(err.Error(), `statement "S7" has`) {
		t.Errorf("got error %v", err)
	}
}

func TestPackMeasuresWithTheGivenLength(t *testing.T) {
	double := func(s string) int { return 2 * Literal(s) }
	in := []Statement{sized(1, 600), sized(2, 600)}
	for _, c := range []struct {
		length Length
		want   int
	}{{Literal, 1}, {double, 2}} {
		documents, err := Pack(in, 2000, c.length)
		if err != nil || len(documents) != c.want {
			t.Errorf("got %d documents, %v; want %d", len(documents), err, c.want)
		}
	}
}

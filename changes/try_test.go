package changes

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/secureml/environments/inventory"
)

func TestTry(t *testing.T) {
	for _, e := range []string{"minimal", "comprehensive", "multi-account"} {
		a, err := inventory.Read("/tmp/w/out-" + e)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := WriteRelease(&b, a); err != nil {
			t.Fatal(err)
		}
		n := b.Len()
		r, err := ReadRelease(&b)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		all, err := Compare(r, a)
		t.Log(e, n, len(all), err, time.Since(start))
		Write(os.Stderr, all)
	}
	a, _ := inventory.Read("/tmp/w/out-minimal")
	c, _ := inventory.Read("/tmp/w/out-comprehensive")
	start := time.Now()
	all, err := Compare(a, c)
	t.Log(len(all), err, time.Since(start))
	f, _ := os.Create("/tmp/w/try/minimal-comprehensive.txt")
	Write(f, all)
	start = time.Now()
	all, err = Compare(c, a)
	t.Log(len(all), err, time.Since(start))
	f, _ = os.Create("/tmp/w/try/comprehensive-minimal.txt")
	Write(f, all)
}

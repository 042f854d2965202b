package config_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/secureml/environments/config"
)

func TestDurationText(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"24h": 24 * time.Hour, "90m": 90 * time.Minute, "1h30m": 90 * time.Minute, "0s": 0, "1h0m5s": time.Hour + 5*time.Second,
	} {
		var d config.Duration
		if err := d.UnmarshalText([]byte(text)); err != nil || time.Duration(d) != want {
			t.Errorf("%s is read as %v, %v; want %v", text, time.Duration(d), err, want)
		}
	}
	for _, text := range []string{"", "24", "-1h", "+1h", "1.5h", "1h 30m", "30m1h", "1d", "500ms"} {
		var d config.Duration
		if err := d.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is read as %v", text, d)
		}
	}
}

func TestDurationString(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", time.Hour: "1h", 24 * time.Hour: "24h", 90 * time.Minute: "1h30m", 10 * time.Minute: "10m",
		90 * time.Second: "1m30s", time.Hour + time.Second: "1h0m1s", 100 * time.Second: "1m40s",
	} {
		if got := config.Duration(d).String(); got != want {
			t.Errorf("%v is written as %s, want %s", d, got, want)
		}
	}
}

func TestDurationInJSON(t *testing.T) {
	text, err := json.Marshal(config.Compute{MaxRuntime: config.Duration(12 * time.Hour)})
	if want := `{"maxRuntime":"12h","warmPool":"0s"}`; err != nil || string(text) != want {
		t.Errorf("got %s, %v; want %s", text, err, want)
	}
}

package config

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// durationPattern is the written form of a Duration: hours, minutes and seconds, largest unit first.
var durationPattern = regexp.MustCompile(`^([0-9]+h)?([0-9]+m)?([0-9]+s)?$`)

// String returns the shortest written form: 24h, not 24h0m0s.
func (d Duration) String() string {
	text := time.Duration(d).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// MarshalText returns the form that UnmarshalText reads.
func (d Duration) MarshalText() ([]byte, error) {
	return []byte(d.String()), nil
}

// UnmarshalText reads hours, minutes and seconds, for example 24h, 1h30m or 90s. Fractions and signs are refused:
// SageMaker takes whole seconds.
func (d *Duration) UnmarshalText(text []byte) error {
	written := string(text)
	if written == "" || !durationPattern.MatchString(written) {
		return fmt.Errorf("%s is not a duration; write hours, minutes and seconds such as 24h, 90m or 1h30m", show(written))
	}
	parsed, err := time.ParseDuration(written)
	if err != nil {
		return fmt.Errorf("%s is too long for a duration; write hours, minutes and seconds such as 24h, 90m or 1h30m", show(written))
	}
	*d = Duration(parsed)
	return nil
}

package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

var (
	possibleValues = regexp.MustCompile(`Possible values are: ([0-9, and]+)\.`)
	number         = regexp.MustCompile(`[0-9]+`)
)

// logRetention reads the periods from the documentation of the API model: the
// model itself only says "integer".
func logRetention(botocore *zip.ReadCloser) (file, error) {
	const name = "botocore/data/logs/2014-03-28/service-2.json.gz"
	packed, err := readFrom(botocore, name)
	if err != nil {
		return file{}, err
	}
	plain, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return file{}, err
	}
	var model struct {
		Shapes struct {
			Days struct{ Documentation string }
		}
	}
	if err := json.NewDecoder(plain).Decode(&model); err != nil {
		return file{}, err
	}
	values := possibleValues.FindStringSubmatch(model.Shapes.Days.Documentation)
	if values == nil {
		return file{}, fmt.Errorf("%s: no list of possible values in the documentation of Days", name)
	}
	var days []int
	for _, text := range number.FindAllString(values[1], -1) {
		day, err := strconv.Atoi(text)
		if err != nil {
			return file{}, err
		}
		days = append(days, day)
	}
	slices.Sort(days)
	return newFile(botocoreSource, name+", PutRetentionPolicy retentionInDays", listOf("days", days)), nil
}

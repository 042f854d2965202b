package main

import (
	"bytes"
	"os"
	"testing"
)

func TestSchemaIsFresh(t *testing.T) {
	want, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("config/schema.json doesn't match the types any more; run: go generate ./config")
	}
}

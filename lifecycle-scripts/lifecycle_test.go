package lifecycle

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

func example() Environment {
	return Environment{
		Project: "fraud", Name: "dev", Region: "eu-west-1",
		Packages:    Packages{Domain: "acme", Owner: "111122223333", Repository: "approved"},
		RolePrefix:  "secureml-fraud-dev-notebook-",
		Tags:        map[string]string{"Project": "fraud", "Environment": "dev", "Note": `it's "ours" & $HOME`},
		IdleMinutes: 60,
	}
}

func render(t *testing.T, kind Kind, e Environment) Script {
	t.Helper()
	script, err := Render(kind, e)
	if err != nil {
		t.Fatal(err)
	}
	return script
}

// What CloudFormation gets must decode to the script, and a name made from the digest must change with it.
func TestContentAndDigest(t *testing.T) {
	script := render(t, JupyterLab, example())
	if text, err := base64.StdEncoding.DecodeString(script.Content()); err != nil || string(text) != script.Text {
		t.Errorf("content does not decode to the text: %v", err)
	}
	if !strings.HasPrefix(script.Text, "#!/bin/bash\n") || strings.Count(script.Text, "#!/bin/bash\n") != 1 {
		t.Error("a script begins with one interpreter line")
	}
	other := example()
	other.Region = "eu-central-1"
	if changed := render(t, JupyterLab, other); changed.Digest() == script.Digest() || len(script.Digest()) != 8 {
		t.Errorf("digest %s does not tell two texts apart", script.Digest())
	}
}

// SageMaker refuses a longer script only at deployment. A quarter of the room is for what environments add.
func TestSize(t *testing.T) {
	for _, kind := range []Kind{NotebookOnStart, JupyterLab, CodeEditor} {
		size := len(render(t, kind, example()).Content())
		t.Logf("%s: %d of %d characters", kind, size, MaxContent)
		if size > MaxContent*3/4 {
			t.Errorf("%s: %d characters leave little of %d", kind, size, MaxContent)
		}
		e := example()
		for i := range 50 {
			e.Tags[fmt.Sprint("tag", i)] = strings.Repeat("x", 256)
		}
		if _, err := Render(kind, e); err == nil || !strings.Contains(err.Error(), "SageMaker takes 16384; use fewer or shorter tags (53)") {
			t.Errorf("%s with 50 long tags: %v", kind, err)
		}
	}
}

func TestRenderRefuses(t *testing.T) {
	for want, spoil := range map[string]func(*Environment){
		"project \"a b\": use letters":         func(e *Environment) { e.Project = "a b" },
		"region \"\": use letters":             func(e *Environment) { e.Region = "" },
		"idle minutes -1: use 0":               func(e *Environment) { e.IdleMinutes = -1 },
		"give a URL, or domain":                func(e *Environment) { e.Packages.Owner = "1111" },
		"either a URL or CodeArtifact":         func(e *Environment) { e.Packages.URL = "https://index.example/simple/" },
		"\"http://index.example/\": use https": func(e *Environment) { e.Packages = Packages{URL: "http://index.example/"} },
		"without credentials":                  func(e *Environment) { e.Packages = Packages{URL: "https://me:secret@index.example/"} },
		"use https://<host>/<path>/": func(e *Environment) {
			e.Packages = Packages{URL: "https://a.example/\nextra-index-url=https://b.example"}
		},
		"role prefix \"path/role\": use the beg": func(e *Environment) { e.RolePrefix = "path/role" },
		"tag Project: leave out braces":          func(e *Environment) { e.Tags["Project"] = "{data-bucket}" },
	} {
		e := example()
		spoil(&e)
		if _, err := Render(CodeEditor, e); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
	if _, err := Render("KernelGateway", example()); err == nil || !strings.Contains(err.Error(), "use NotebookOnStart, JupyterLab or CodeEditor") {
		t.Errorf("unknown kind: %v", err)
	}
}

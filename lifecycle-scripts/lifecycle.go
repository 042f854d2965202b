package lifecycle

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// MaxContent is the number of base64 characters that SageMaker takes for one script, for notebook instances and Studio
// alike (API references of CreateNotebookInstanceLifecycleConfig and CreateStudioLifecycleConfig).
const MaxContent = 16384

var (
	//go:embed steps.sh
	steps string
	//go:embed notebook-on-start.sh
	notebook string
	//go:embed studio-jupyterlab-on-start.sh
	jupyterLab string
	//go:embed studio-code-editor-on-start.sh
	codeEditor string
	//go:embed sdk-defaults.yaml
	sdkDefaults string
)

// Kind says where a script runs.
type Kind string

const (
	// NotebookOnStart is for OnStart of a notebook instance. It also runs at creation, so there is no OnCreate.
	NotebookOnStart Kind = "NotebookOnStart"
	// JupyterLab and CodeEditor are the application types of Studio lifecycle configurations.
	JupyterLab Kind = "JupyterLab"
	CodeEditor Kind = "CodeEditor"
)

// Environment is what scripts must know. Networks, keys and roles are not in it: scripts read them at every start from the
// parameters below /secureml/<project>/<environment>/, so nothing is known only at deployment.
type Environment struct {
	Project, Name, Region string
	Packages              Packages
	// RolePrefix is what the names of users' execution roles begin with; the user's name follows, and the parameter
	// users/<name> of the environment holds the user's address. Users are not rendered: a new one would replace the
	// configuration of everybody's spaces, and a hundred do not fit into a script.
	RolePrefix string
	// Tags that requests to SageMaker must carry.
	Tags map[string]string
	// IdleMinutes after which a notebook instance stops itself; checked every five minutes. 0 is never. Ignored in Studio,
	// where idle shutdown is a setting of the domain.
	IdleMinutes int
}

// Packages is the private index: either URL, or the three names of CodeArtifact.
type Packages struct {
	// URL of a PEP 503 index, https, without credentials.
	URL string
	// Domain, Owner (an account of 12 digits) and Repository of CodeArtifact.
	Domain, Owner, Repository string
}

// Script is a complete bash script.
type Script struct {
	Kind Kind
	Text string
}

// Content returns the script as SageMaker takes it.
func (s Script) Content() string { return base64.StdEncoding.EncodeToString([]byte(s.Text)) }

// Digest returns eight hexadecimal digits that differ when the text does. A Studio lifecycle configuration cannot be
// updated, only replaced, so the digest belongs in its name.
func (s Script) Digest() string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s.Text)))[:8] }

// Render returns the script of a kind for an environment. It fails when values could not be written into a script, all
// at once, and when the script exceeds MaxContent.
func Render(kind Kind, e Environment) (Script, error) {
	mains := map[Kind]string{NotebookOnStart: notebook, JupyterLab: jupyterLab, CodeEditor: codeEditor}
	main, known := mains[kind]
	if !known {
		return Script{}, fmt.Errorf("no script for %q; use %s, %s or %s", kind, NotebookOnStart, JupyterLab, CodeEditor)
	}
	if err := e.check(); err != nil {
		return Script{}, err
	}
	defaults, err := e.sdkDefaults()
	if err != nil {
		return Script{}, err
	}
	script := Script{Kind: kind, Text: "#!/bin/bash\n" + e.settings(defaults) + deployed(steps) + deployed(main)}
	if size := len(script.Content()); size > MaxContent {
		return Script{}, fmt.Errorf("the %s script has %d characters in base64, SageMaker takes %d; use fewer or shorter tags (%d)",
			kind, size, MaxContent, len(e.Tags))
	}
	return script, nil
}

// settings are assignments. Nothing in a value is special to the shell.
func (e Environment) settings(defaults string) string {
	var b strings.Builder
	for _, s := range []struct{ name, value string }{
		{"PROJECT", e.Project}, {"ENVIRONMENT", e.Name}, {"REGION", e.Region},
		{"PACKAGE_URL", e.Packages.URL}, {"PACKAGE_DOMAIN", e.Packages.Domain},
		{"PACKAGE_OWNER", e.Packages.Owner}, {"PACKAGE_REPOSITORY", e.Packages.Repository},
		{"IDLE_MINUTES", strconv.Itoa(e.IdleMinutes)}, {"ROLE_PREFIX", e.RolePrefix}, {"SDK_DEFAULTS", defaults},
	} {
		fmt.Fprintf(&b, "%s='%s'\n", s.name, strings.ReplaceAll(s.value, "'", `'\''`))
	}
	return b.String()
}

// sdkDefaults writes the tags as JSON, which is YAML; the rest is filled in at the start.
func (e Environment) sdkDefaults() (string, error) {
	type tag struct{ Key, Value string }
	tags := make([]tag, 0, len(e.Tags))
	for _, key := range slices.Sorted(maps.Keys(e.Tags)) {
		tags = append(tags, tag{key, e.Tags[key]})
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(tags); err != nil {
		return "", fmt.Errorf("tags: %w", err)
	}
	return strings.Replace(strings.TrimSpace(sdkDefaults), "&tags []", "&tags "+strings.TrimSpace(text.String()), 1), nil
}

var comment = regexp.MustCompile(`(?m)^\s*#.*\n`)

// deployed leaves out comments, because SageMaker counts them.
func deployed(source string) string { return comment.ReplaceAllString(source, "") }

var (
	simpleName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]*$`)
	account    = regexp.MustCompile(`^[0-9]{12}$`)
	roleName   = regexp.MustCompile(`^[A-Za-z0-9_+=,.@-]{1,64}$`)
)

func (e Environment) check() error {
	var problems []error
	refuse := func(bad bool, format string, args ...any) {
		if bad {
			problems = append(problems, fmt.Errorf(format, args...))
		}
	}
	for _, n := range []struct{ what, value string }{{"project", e.Project}, {"environment", e.Name}, {"region", e.Region}} {
		refuse(!simpleName.MatchString(n.value), "%s %q: use letters, digits and hyphens", n.what, n.value)
	}
	refuse(e.IdleMinutes < 0, "idle minutes %d: use 0 for never, or more", e.IdleMinutes)
	p := e.Packages
	if p.URL == "" {
		refuse(!simpleName.MatchString(p.Domain) || !roleName.MatchString(p.Repository) || !account.MatchString(p.Owner),
			"packages: give a URL, or domain, repository and owner (12 digits) of CodeArtifact")
	} else {
		u, err := url.Parse(p.URL)
		refuse(err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || strings.ContainsAny(p.URL, " \t\r\n$"),
			"packages: URL %q: use https://<host>/<path>/ without credentials", p.URL)
		refuse(p.Domain+p.Owner+p.Repository != "", "packages: give either a URL or CodeArtifact's names, because there is one index")
	}
	refuse(!roleName.MatchString(e.RolePrefix), "role prefix %q: use the beginning of a role's name, without path", e.RolePrefix)
	for key, value := range e.Tags {
		refuse(strings.ContainsAny(key+value, "{}"), "tag %s: leave out braces, which mark parameters", key)
	}
	return errors.Join(problems...)
}

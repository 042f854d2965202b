package sdkdefaults

import (
	"bytes"
	_ "embed"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemaJSON is SAGEMAKER_PYTHON_SDK_CONFIG_SCHEMA of the SageMaker Python SDK (Apache License 2.0), as JSON.
//
//go:embed schema.json
var schemaJSON []byte

var schema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schemaJSON))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.UseRegexpEngine(func(pattern string) (jsonschema.Regexp, error) {
		compiled, err := regexp.Compile(repeatable.Replace(pattern))
		return compiled, err
	})
	if err := c.AddResource("schema.json", document); err != nil {
		return nil, err
	}
	return c.Compile("schema.json")
})

// repeatable shortens the repetitions in the schema's patterns for names of environment variables, which Go's regular
// expressions do not take. The patterns are not anchored, so they match the same names.
var repeatable = strings.NewReplacer("{1,1024}", "{1,1}", "{1,512}", "{1,1}", "{1,256}", "{1,1}", "{0,1023}", "{0,1}")

// Validate tells whether the SDK would take the text as its defaults file. The error names the place and the limit.
func Validate(text []byte) error {
	s, err := schema()
	if err != nil {
		return fmt.Errorf("the SDK's schema: %w", err)
	}
	asJSON, err := yaml.YAMLToJSON(text)
	if err != nil {
		return fmt.Errorf("not YAML: %w", err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		return fmt.Errorf("not YAML: %w", err)
	}
	return s.Validate(document)
}

// Package mergepatch applies JSON merge patches (RFC 7386) to templates in tests.
package mergepatch

// Apply returns the target with the patch: null takes a member away, an object changes members, and every other value
// replaces what was there. The target is changed where it is an object.
func Apply(target any, patch map[string]any) map[string]any {
	out, _ := target.(map[string]any)
	if out == nil {
		out = map[string]any{}
	}
	for key, value := range patch {
		switch v := value.(type) {
		case nil:
			delete(out, key)
		case map[string]any:
			out[key] = Apply(out[key], v)
		default:
			out[key] = value
		}
	}
	return out
}

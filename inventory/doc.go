// Package inventory reads a synthesized cloud assembly and tells what is in it. It looks at templates, not at the code
// that made them, so it holds for any assembly.
package inventory

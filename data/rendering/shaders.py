"""The shaders: surfaces into a picture buffer (colour, normal, object number, depth), then light, then film.

Deferred shading: Saito and Takahashi 1990. Shadows: one shadow map with rotated Poisson taps (Reeves et al. 1987).
"""

VERSION = "#version 330 core\n"

SURFACE_VERTEX = """
in vec3 in_position; in vec3 in_normal; in vec3 in_colour; in vec2 in_look;
in vec2 in_bone; in float in_weight; in float in_object;
uniform mat4 view_projection; uniform sampler2D bones;
invariant gl_Position;
out vec3 v_rest; out vec3 v_rest_normal; out vec3 v_normal; out vec3 v_colour;
flat out vec2 v_look; flat out int v_object;
mat4x3 bone(float k) {
  int row = int(k + 0.5);
  vec4 a = texelFetch(bones, ivec2(0, row), 0), b = texelFetch(bones, ivec2(1, row), 0),
       c = texelFetch(bones, ivec2(2, row), 0);
  return transpose(mat3x4(a, b, c));
}
void main() {
  mat4x3 m = bone(in_bone.x);
  if (in_weight < 0.999) m = m * in_weight + bone(in_bone.y) * (1.0 - in_weight);
  vec3 world = m * vec4(in_position, 1.0);
  v_rest = in_position; v_rest_normal = in_normal; v_colour = in_colour; v_look = in_look;
  v_normal = mat3(m) * in_normal;
  v_object = int(in_object + 0.5);
  gl_Position = view_projection * vec4(world, 1.0);
}
"""

SURFACE_FRAGMENT = """
in vec3 v_rest; in vec3 v_rest_normal; in vec3 v_normal; in vec3 v_colour;
flat in vec2 v_look; flat in int v_object;
uniform sampler2D noise;
layout(location = 0) out vec4 out_colour;   // colour, gloss
layout(location = 1) out vec4 out_normal;   // normal, kind
layout(location = 2) out uint out_object;
vec4 N(vec2 p) { return texture(noise, p); }
float line(float x, float w) { float d = abs(fract(x) - 0.5); float f = fwidth(x); // a line at every half
  return (1.0 - smoothstep(w, w + max(f, 1e-4), d)) * clamp(0.35 / max(f, 1e-4), 0.0, 1.0); }
void main() {
  int m = int(v_look.x + 0.5); float gloss = v_look.y; float kind = 0.0;
  vec3 c = v_colour; vec3 p = v_rest; vec3 n = normalize(v_normal); vec3 rn = abs(v_rest_normal);
  vec2 wall = rn.x > rn.y ? p.yz : p.xz; if (rn.z > 0.7) wall = p.xy;
  // software drivers run every branch: choose places and weights first, then look the noise up three times for all
  vec2 q0 = wall * 0.8, q1 = wall * 0.05, q2 = wall * 0.31; vec3 k = vec3(0.0); // fine, soft, blotches
  vec2 cell = vec2(0.0), joint = vec2(0.03); float dark = 0.0; vec3 mortar = vec3(0.0);
  float angle = atan(p.y, p.x + 1e-4);
  if (m == 1) { q0 = p.xy * 0.9; q1 = p.xy * 0.031; q2 = vec2(p.x * 0.013, p.y * 0.25); k = vec3(0.34, 0.30, 0.14); }
  if (m == 2) { cell = vec2(0.6); q1 = p.xy * 0.05; q2 = p.xy * 0.7; k = vec3(0.26, 0.2, 0.12); joint = vec2(0.02);
    dark = 0.30; }
  if (m == 3) { q0 = p.xy * vec2(1.1, 0.55); q1 = p.xy * 0.035; q2 = p.xy * 0.31; k = vec3(0.36, 0.44, 0.30);
    gloss = 0.0; }
  if (m == 4) { cell = vec2(0.25, 0.085); k = vec3(0.38, 0.16, 0.0); joint = vec2(0.03, 0.08); dark = 0.55;
    mortar = vec3(0.72, 0.69, 0.64); }
  if (m == 5) { k = vec3(0.06, 0.18, 0.05); c *= 0.88 + 0.12 * smoothstep(0.0, 1.2, p.z); }
  if (m == 6) { wall = vec2(wall.x, p.z); cell = vec2(0.28, 0.20); k = vec3(0.30, 0.1, 0.0);
    joint = vec2(0.06, 0.08); dark = 0.35; }
  if (m == 7) kind = 1.0;
  if (m == 8) { kind = 0.66; k = vec3(0.02, 0.0, 0.0); }
  if (m == 9) { kind = 0.33; q0 = p.xz * 0.6 + p.y * 0.37; k = vec3(0.45, 0.0, 0.0); }
  if (m == 10) { q0 = vec2(angle * 0.6 + p.x * 0.2, p.z * 0.12); k = vec3(0.6, 0.0, 0.0); }
  if (m == 11) c = mix(c, c * 0.45 + 0.48, smoothstep(0.0, 0.25, sin(p.z * 110.0)));
  if (m == 12) c *= 1.0 - 0.30 * step(0.0, sin(p.z * 85.0)) - 0.28 * step(0.0, sin((p.y + p.x) * 85.0));
  if (m == 15) { q0 = p.yz * 2.0; k = vec3(0.1, 0.0, 0.0); }
  if (m == 16) { q0 = p.xy * 0.8; q1 = p.xy * 0.06; k = vec3(0.34, 0.32, 0.0); }
  if (m == 17) { q0 = vec2(p.x * 0.12, p.y * 1.3 + p.z * 1.7); k = vec3(0.42, 0.0, 0.0); }
  if (m == 18) { q0 = vec2(angle * 1.1, p.z * 0.4); k = vec3(0.55, 0.0, 0.0); }
  if (m == 19 || m == 11 || m == 12) { q0 = p.yz * 5.0; q1 = p.yz * 0.9 + p.x * 0.5; k = vec3(0.10, 0.26, 0.0); }
  if (m == 20) { cell = vec2(0.12); q1 = p.xy * 0.05; k = vec3(0.45, 0.2, 0.0); joint = vec2(0.08); dark = 0.35; }
  if (m == 21) { q0 = p.xy * 0.8; q2 = p.xy * 0.33; k = vec3(0.26, 0.0, 0.0); }
  float seam = 0.0;
  if (m == 22 && rn.z < 0.5) { vec2 q = abs(fract(wall / vec2(2.6, 3.1)) - 0.5); k = vec3(0.05, 0.15, 0.0);
    if (q.x < 0.22 && q.y < 0.27) c = vec3(0.22, 0.26, 0.31); }
  if (cell.x > 0.0) { vec2 q = wall / cell; q.x += m == 6 ? 0.0 : 0.5 * mod(floor(q.y), 2.0);
    q0 = (floor(q) + 0.5) * 0.1373;
    seam = max(line(q.x + 0.5, joint.x), line(q.y + 0.5, joint.y)); }
  float fine = cell.x > 0.0 ? textureLod(noise, q0, 0.0).g : N(q0).g, soft = N(q1).r, blot = N(q2).b;
  c *= 1.0 + k.x * (fine - 0.5) + k.y * (soft - 0.5) + k.z * (blot - 0.5);
  c = mix(c, m == 4 ? mortar : c * 0.2, dark * seam * (m == 4 ? 1.0 : 1.2));
  if (m == 3) c += vec3(0.06, 0.035, -0.01) * (smoothstep(0.45, 0.75, blot) + soft - 0.5);
  if (m == 21) c = mix(c, vec3(0.33), 0.5 * smoothstep(0.6, 0.85, blot));
  if (m == 14) kind = 0.15;
  out_colour = vec4(clamp(c, 0.0, 1.0), gloss);
  out_normal = vec4(n, kind);
  out_object = uint(v_object);
}
"""

DEPTH_FRAGMENT = "void main() {}"
MASK_FRAGMENT = "layout(location = 0) out float seen; void main() { seen = 1.0; }"

FULL_VERTEX = """
in vec2 in_corner; out vec2 uv;
void main() { uv = in_corner * 0.5 + 0.5; gl_Position = vec4(in_corner, 0.0, 1.0); }
"""

CREVICE_FRAGMENT = """
in vec2 uv; uniform sampler2D depth; uniform sampler2D normal; uniform mat4 inverse_vp; uniform mat4 view_projection;
uniform vec3 eye; uniform vec2 kernel[12];
layout(location = 0) out float open;
vec3 at(vec2 q) { vec4 h = inverse_vp * vec4(vec3(q, texture(depth, q).r) * 2.0 - 1.0, 1.0); return h.xyz / h.w; }
void main() {
  float d = texture(depth, uv).r; if (d >= 0.99999) { open = 1.0; return; }
  vec3 p = at(uv); vec3 n = texture(normal, uv).xyz; float far = length(p - eye);
  p += n * 0.012 * (1.0 + far * 0.05);
  float angle = 6.2832 * fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
  mat2 turn = mat2(cos(angle), sin(angle), -sin(angle), cos(angle));
  vec4 side = view_projection * vec4(p + vec3(0.0, 0.0, 0.55), 1.0); vec4 mid = view_projection * vec4(p, 1.0);
  float reach = clamp(length(side.xy / side.w - mid.xy / mid.w) * 0.5, 0.004, 0.09);
  float hidden = 0.0;
  for (int k = 0; k < 12; k++) {
    vec3 q = at(uv + turn * kernel[k] * vec2(0.6, 1.0) * reach);
    vec3 way = q - p; float l = length(way);
    hidden += max(0.0, dot(n, way) / (l + 1e-4) - 0.08) * smoothstep(1.3, 0.25, l);
  }
  open = clamp(1.0 - 1.7 * hidden / 12.0, 0.0, 1.0);
}
"""

SKY_FRAGMENT = """
in vec2 uv; uniform sampler2D noise; uniform mat4 inverse_vp; uniform vec3 eye; uniform vec3 sun_way;
  uniform vec3 sun_colour;
uniform vec3 zenith; uniform vec3 horizon; uniform float exposure; uniform float clouds; uniform float saturation;
layout(location = 0) out vec4 out_colour;
vec3 sky(vec3 way, float soft) {
  float up = max(way.z, 0.0);
  vec3 c = mix(horizon, zenith, pow(up, 0.55));
  float s = max(dot(way, sun_way), 0.0);
  c += sun_colour * (0.05 * pow(s, 6.0) + 0.22 * pow(s, 60.0)) * soft;
  if (way.z > 0.0) {
    vec2 q = way.xy / (way.z + 0.18) * 0.045;
    float f = texture(noise, q).r * 0.62 + texture(noise, q * 2.7 + 0.3).r * 0.30 + texture(noise, q * 9.0).b * 0.12;
    float cover = smoothstep(0.78 - 0.50 * clouds, 1.02 - 0.36 * clouds, f * 1.25) * smoothstep(0.0, 0.12, way.z);
    vec3 lit = mix(horizon * 1.15, vec3(dot(sun_colour, vec3(0.13))) + zenith * 0.5 + horizon * 0.35, 0.7);
    c = mix(c, lit * (0.82 + 0.3 * f), cover * soft * 0.9);
  }
  return c;
}
void main() {
  vec4 h = inverse_vp * vec4(vec3(uv, 0.9) * 2.0 - 1.0, 1.0);
  vec3 c = sky(normalize(h.xyz / h.w - eye), 1.0);
  c *= exposure;
  c = (c * (2.51 * c + 0.03)) / (c * (2.43 * c + 0.59) + 0.14);   // film curve, Narkowicz 2015
  float grey = dot(c, vec3(0.2126, 0.7152, 0.0722)); c = mix(vec3(grey), c, saturation);
  out_colour = vec4(pow(clamp(c, 0.0, 1.0), vec3(1.0 / 2.2)), 1.0);
}
"""

LIGHT_FRAGMENT = """
in vec2 uv; uniform sampler2D colour; uniform sampler2D normal; uniform sampler2D depth; uniform sampler2D open;
uniform sampler2D noise; uniform sampler2DShadow shadow; uniform mat4 inverse_vp; uniform mat4 sun_vp; uniform vec3 eye;
uniform vec3 sun_way; uniform vec3 sun_colour; uniform vec3 zenith; uniform vec3 horizon; uniform vec3 bounce;
uniform float haze; uniform float exposure; uniform float clouds; uniform float saturation; uniform float softness;
uniform float lamps; uniform float bias; uniform vec2 poisson[6]; uniform sampler2D behind;
layout(location = 0) out vec4 out_colour;
vec3 lin(vec3 c) { return pow(c, vec3(2.2)); }
vec3 air(vec3 way) { return mix(horizon, zenith, pow(max(way.z, 0.0), 0.55)); }
float sunlit(vec3 p, vec3 n, vec2 pixel) {
  vec4 h = sun_vp * vec4(p + n * 0.035, 1.0); vec3 q = h.xyz * 0.5 + 0.5;
  if (any(lessThan(q, vec3(0.0))) || any(greaterThan(q, vec3(1.0)))) return 1.0;
  float angle = 6.2832 * fract(52.9829189 * fract(dot(pixel, vec2(0.06711056, 0.00583715))));
  mat2 turn = mat2(cos(angle), sin(angle), -sin(angle), cos(angle));
  float lit = 0.0;
  for (int k = 0; k < 6; k++) lit += texture(shadow, vec3(q.xy + turn * poisson[k] * softness, q.z - bias));
  return lit / 6.0;
}
void main() {
  float d = texture(depth, uv).r;
  vec4 h = inverse_vp * vec4(vec3(uv, d) * 2.0 - 1.0, 1.0); vec3 p = h.xyz / h.w;
  vec3 way = normalize(p - eye); vec3 c;
  {
    vec4 a = texture(colour, uv), b = texture(normal, uv);
    vec3 n = normalize(b.xyz + vec3(0.0, 0.0, 1e-5)), base = lin(a.rgb); float gloss = a.a, kind = b.w;
    float far = length(p - eye);
    bool leaf = kind > 0.25 && kind < 0.45;
    if (dot(n, way) > 0.0 && (leaf || kind < 0.05)) { if (leaf) n = normalize(n - way * 0.9); else n = -n; }
    float facing = dot(n, sun_way);
    float direct = leaf ? max(facing * 0.65 + 0.35, 0.0) + 0.30 * pow(max(dot(way, sun_way), 0.0), 4.0) :
      max(facing, 0.0);
    float s = direct > 0.0 ? sunlit(p, leaf ? sun_way * 2.5 : n, gl_FragCoord.xy) : 0.0;
    float o = texture(open, uv).r;
    vec3 ambient = mix(bounce, mix(horizon, zenith, 0.55), n.z * 0.5 + 0.5) * o;
    c = base * (sun_colour * direct * s + ambient);
    if (gloss > 0.01) { vec3 m = normalize(sun_way - way); float e = exp2(3.0 + 7.0 * gloss);
      c += sun_colour * s * gloss * 0.5 * pow(max(dot(n, m), 0.0), e) * step(0.0, facing); }
    if (kind > 0.5) {
      vec3 r = reflect(way, n); float f = 0.04 + 0.96 * pow(1.0 - max(dot(n, -way), 0.0), 5.0);
      float town = 0.12 + 0.16 * texture(noise, vec2(atan(r.y, r.x) * 0.45, 0.2)).b;
      vec3 env = mix(bounce * 0.55 + 0.01, air(r), smoothstep(town - 0.05, town + 0.05, r.z));
      float share = kind > 0.8 ? 0.12 + 0.8 * f : 0.045 + 0.55 * f;
      c = mix(c, env * (0.35 + 0.65 * o), share);
      vec3 m = normalize(sun_way - way); c += sun_colour * s * 1.6 * pow(max(dot(n, m), 0.0), 420.0);
    }
    if (kind > 0.1 && kind < 0.2) c = base * (0.9 + 2.2 * lamps);
    c = mix(air(way), c, exp(-far * haze));
  }
  c *= exposure;
  c = (c * (2.51 * c + 0.03)) / (c * (2.43 * c + 0.59) + 0.14);   // film curve, Narkowicz 2015
  float grey = dot(c, vec3(0.2126, 0.7152, 0.0722)); c = mix(vec3(grey), c, saturation);
  c = pow(clamp(c, 0.0, 1.0), vec3(1.0 / 2.2));
  if (d >= 0.99999) c = texture(behind, uv).rgb;
  out_colour = vec4(c, 1.0);
}
"""

FILM_FRAGMENT = """
in vec2 uv; uniform sampler2D lit; uniform float vignette; uniform vec3 tint; uniform vec2 texel; uniform float blur;
layout(location = 0) out vec4 out_colour;
void main() {
  vec3 c = texture(lit, uv).rgb;
  if (blur > 0.01) { vec2 d = texel * blur; c = 0.4 * c + 0.15 * (texture(lit, uv + vec2(d.x, 0.0)).rgb +
    texture(lit, uv - vec2(d.x, 0.0)).rgb + texture(lit, uv + vec2(0.0, d.y)).rgb + texture(lit, uv - vec2(0.0,
      d.y)).rgb); }
  vec2 q = uv - 0.5; c *= 1.0 - vignette * dot(q, q) * 1.6;
  out_colour = vec4(c * tint, 1.0);
}
"""

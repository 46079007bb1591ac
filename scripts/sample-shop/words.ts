/** A pair written `中文|English`. */
export type Pair = string;

export interface SubcategoryWords {
  name: Pair;
  /** Median list price in yuan and spread of its logarithm. */
  medianPrice: number;
  priceSpread: number;
  /** Bought again and in numbers. */
  consumable: boolean;
  kinds: Pair[];
  styles: Pair[];
  specs: Pair[];
}

export interface CategoryWords {
  name: Pair;
  brands: Pair[];
  subcategories: SubcategoryWords[];
}

/** One line per subcategory: name; price; c(onsumable) or d(urable); kinds; styles; specs. */
function subcategory(name: Pair, price: [number, number], use: 'c' | 'd', kinds: string, styles: string, specs: string): SubcategoryWords {
  const list = (text: string) => text.split(', ');
  return {
    name,
    medianPrice: price[0],
    priceSpread: price[1],
    consumable: use === 'c',
    kinds: list(kinds),
    styles: list(styles),
    specs: list(specs),
  };
}

const teaWeights = '50g|50 g, 100g|100 g, 150g|150 g, 250g|250 g';
const packs = '2袋装|2 packs, 4袋装|4 packs, 6袋装|6 packs, 礼盒装|gift box';
const sizes = 'S码|S, M码|M, L码|L, XL码|XL';

/** What the shop sells: the words that titles, categories and brands are made of. All brands are invented. */
export const categoryWords: CategoryWords[] = [
  {
    name: '茶|Tea',
    brands: ['青禾|Qinghe', '云岭|Yunling', '半山|Halfhill', '清川|Qingchuan', '雾里|Wuli', '山间集|Hillside', '知茗|Zhiming'],
    subcategories: [
      subcategory(
        '绿茶|Green Tea',
        [98, 0.6],
        'c',
        '龙井|Longjing, 碧螺春|Biluochun, 黄山毛峰|Huangshan Maofeng, 安吉白茶|Anji Baicha, 信阳毛尖|Xinyang Maojian, 太平猴魁|Taiping Houkui',
        '明前特级|Pre-Qingming Grade A, 雨前|Pre-Rain, 手工炒制|Pan-Fired, 有机|Organic, 高山|High-Mountain',
        teaWeights,
      ),
      subcategory(
        '红茶|Black Tea',
        [88, 0.55],
        'c',
        '正山小种|Lapsang Souchong, 祁门红茶|Keemun, 滇红|Dianhong, 金骏眉|Jinjunmei, 英德红茶|Yingde Black, 九曲红梅|Jiuqu Hongmei',
        '传统烟熏|Smoked, 蜜香|Honey, 古树|Old-Tree, 特级|Grade A, 春采|Spring-Picked',
        teaWeights,
      ),
      subcategory(
        '乌龙茶|Oolong Tea',
        [108, 0.6],
        'c',
        '铁观音|Tieguanyin, 大红袍|Da Hong Pao, 凤凰单丛|Phoenix Dancong, 肉桂|Rougui, 冻顶乌龙|Dongding, 水仙|Shuixian',
        '清香型|Light, 浓香型|Rich, 炭焙|Charcoal-Roasted, 兰花香|Orchid, 陈年|Aged',
        teaWeights,
      ),
      subcategory(
        '普洱与白茶|Pu’er & White Tea',
        [138, 0.7],
        'c',
        '普洱熟饼|Ripe Pu’er Cake, 普洱生饼|Raw Pu’er Cake, 小青柑|Citrus Pu’er, 白毫银针|Silver Needle, 白牡丹|White Peony, 寿眉|Shoumei',
        '古树|Old-Tree, 三年陈|3-Year Aged, 五年陈|5-Year Aged, 头春|First-Flush, 生态|Wild-Garden',
        '100g|100 g, 200g|200 g, 357g|357 g, 礼盒装|gift box',
      ),
      subcategory(
        '花草茶|Herbal Tea',
        [45, 0.45],
        'c',
        '茉莉花茶|Jasmine Tea, 菊花茶|Chrysanthemum Tea, 玫瑰花茶|Rose Tea, 桂花乌龙|Osmanthus Oolong, 大麦茶|Barley Tea, 陈皮茶|Tangerine Peel Tea',
        '独立小包|Sachet, 手选|Hand-Picked, 有机|Organic, 七窨|Seven-Scented, 无蔗糖|Unsweetened',
        '10包|10 bags, 20包|20 bags, 30包|30 bags, 100g|100 g',
      ),
      subcategory(
        '茶具|Teaware',
        [128, 0.8],
        'd',
        '盖碗|Gaiwan, 紫砂壶|Zisha Teapot, 品茗杯|Tasting Cup, 公道杯|Fairness Pitcher, 茶盘|Tea Tray, 旅行茶具|Travel Tea Set',
        '汝窑|Ru-Glazed, 白瓷|White Porcelain, 手绘|Hand-Painted, 柴烧|Wood-Fired, 玻璃|Glass',
        '单件|single, 两件套|set of 2, 四件套|set of 4, 六件套|set of 6',
      ),
    ],
  },
  {
    name: '零食|Snacks',
    brands: ['松果记|Pinecone', '小满|Xiaoman', '食光|Shiguang', '三只雀|Three Sparrows', '田园里|Garden Lane', '禾丰|Hefeng'],
    subcategories: [
      subcategory(
        '坚果|Nuts',
        [49, 0.45],
        'c',
        '夏威夷果|Macadamias, 腰果|Cashews, 巴旦木|Almonds, 碧根果|Pecans, 开心果|Pistachios, 每日坚果|Daily Mixed Nuts',
        '盐焗|Salted, 奶油味|Cream, 原味|Plain, 蜂蜜|Honey, 炭烧|Charcoal-Roasted',
        '120g|120 g, 250g|250 g, 500g|500 g, 礼盒装|gift box',
      ),
      subcategory(
        '糕点|Pastries',
        [36, 0.45],
        'c',
        '凤梨酥|Pineapple Cake, 绿豆糕|Mung Bean Cake, 蛋黄酥|Egg-Yolk Pastry, 月饼|Mooncake, 桃酥|Walnut Shortbread, 雪花酥|Snowflake Crisp',
        '低糖|Low-Sugar, 手工|Handmade, 抹茶|Matcha, 流心|Lava, 老字号|Old-Recipe',
        packs,
      ),
      subcategory(
        '果干蜜饯|Dried Fruit',
        [28, 0.4],
        'c',
        '芒果干|Dried Mango, 山楂条|Hawthorn Strips, 话梅|Salted Plums, 红枣|Jujubes, 葡萄干|Raisins, 草莓干|Dried Strawberries',
        '无添加|No-Additive, 冻干|Freeze-Dried, 新疆|Xinjiang, 软糯|Soft, 微甜|Lightly Sweet',
        '100g|100 g, 200g|200 g, 400g|400 g',
      ),
      subcategory(
        '肉脯海味|Jerky & Seafood',
        [42, 0.45],
        'c',
        '牛肉干|Beef Jerky, 猪肉脯|Pork Jerky, 鱿鱼丝|Shredded Squid, 海苔|Seaweed, 鸭脖|Duck Neck, 鱼豆腐|Fish Tofu',
        '五香|Five-Spice, 香辣|Spicy, 蜜汁|Honey-Glazed, 炭烤|Char-Grilled, 原味|Original',
        '80g|80 g, 160g|160 g, 320g|320 g',
      ),
      subcategory(
        '巧克力糖果|Chocolate & Candy',
        [39, 0.5],
        'c',
        '黑巧克力|Dark Chocolate, 牛轧糖|Nougat, 软糖|Gummies, 太妃糖|Toffee, 夹心巧克力|Filled Chocolate, 姜糖|Ginger Candy',
        '72%可可|72% Cocoa, 海盐|Sea Salt, 抹茶|Matcha, 榛子|Hazelnut, 果汁|Fruit',
        '90g|90 g, 180g|180 g, 360g|360 g, 礼盒装|gift box',
      ),
      subcategory(
        '方便速食|Instant Meals',
        [32, 0.4],
        'c',
        '螺蛳粉|River Snail Noodles, 自热火锅|Self-Heating Hot Pot, 拌面|Dry-Mixed Noodles, 燕麦片|Oatmeal, 藕粉|Lotus Root Starch, 米线|Rice Noodles',
        '经典|Classic, 麻辣|Mala, 番茄|Tomato, 菌菇|Mushroom, 非油炸|Air-Dried',
        packs,
      ),
    ],
  },
  {
    name: '厨房餐饮|Kitchen & Dining',
    brands: ['炊烟|Chuiyan', '木作|Muzuo', '厨匠|Kitchen Smith', '白瓷坊|White Kiln', '恒炉|Hearthwell', '素器|Suqi'],
    subcategories: [
      subcategory(
        '锅具|Cookware',
        [219, 0.5],
        'd',
        '炒锅|Wok, 汤锅|Stock Pot, 平底锅|Frying Pan, 砂锅|Clay Pot, 奶锅|Milk Pan, 蒸锅|Steamer',
        '铸铁|Cast-Iron, 不粘|Non-Stick, 316不锈钢|316 Steel, 珐琅|Enamelled, 麦饭石|Granite-Coated',
        '20cm|20 cm, 24cm|24 cm, 28cm|28 cm, 32cm|32 cm',
      ),
      subcategory(
        '刀具砧板|Knives & Boards',
        [129, 0.5],
        'd',
        '菜刀|Cleaver, 主厨刀|Chef’s Knife, 水果刀|Paring Knife, 砧板|Cutting Board, 厨房剪|Kitchen Shears, 磨刀器|Sharpener',
        '大马士革|Damascus, 竹制|Bamboo, 乌檀木|Ebony, 钼钒钢|Mo-V Steel, 抗菌|Antibacterial',
        '小号|small, 中号|medium, 大号|large',
      ),
      subcategory(
        '餐具|Tableware',
        [69, 0.55],
        'd',
        '饭碗|Rice Bowl, 餐盘|Dinner Plate, 筷子|Chopsticks, 汤勺|Soup Spoon, 面碗|Noodle Bowl, 调味碟|Sauce Dish',
        '青花|Blue-and-White, 骨瓷|Bone China, 鸡翅木|Wenge, 北欧风|Nordic, 手绘|Hand-Painted',
        '单件|single, 两件套|set of 2, 四件套|set of 4, 十件套|set of 10',
      ),
      subcategory(
        '水杯保温|Cups & Flasks',
        [89, 0.45],
        'd',
        '保温杯|Vacuum Flask, 随行杯|Travel Mug, 马克杯|Mug, 焖烧罐|Food Jar, 玻璃杯|Glass Tumbler, 冷水壶|Water Jug',
        '钛|Titanium, 陶瓷内胆|Ceramic-Lined, 双层|Double-Wall, 轻量|Lightweight, 竹木|Bamboo',
        '350ml|350 ml, 480ml|480 ml, 600ml|600 ml, 1L|1 l',
      ),
      subcategory(
        '小家电|Small Appliances',
        [329, 0.55],
        'd',
        '电热水壶|Kettle, 空气炸锅|Air Fryer, 破壁机|Blender, 电炖锅|Slow Cooker, 咖啡机|Coffee Maker, 早餐机|Breakfast Maker',
        '静音|Quiet, 智能|Smart, 复古|Retro, 迷你|Mini, 大容量|Large',
        '白色|white, 绿色|green, 黑色|black',
      ),
      subcategory(
        '收纳|Kitchen Storage',
        [49, 0.5],
        'd',
        '密封罐|Airtight Jar, 保鲜盒|Food Container, 调料架|Spice Rack, 沥水架|Dish Rack, 米桶|Rice Bin, 茶叶罐|Tea Caddy',
        '玻璃|Glass, 真空|Vacuum, 可叠放|Stackable, 陶瓷|Ceramic, 马口铁|Tinplate',
        '小号|small, 中号|medium, 大号|large, 三件套|set of 3',
      ),
    ],
  },
  {
    name: '居家|Home',
    brands: ['眠山|Mianshan', '拾物|Shiwu', '暖屋|Warmhouse', '棉语|Cotton Talk', '木白|Mubai', '留香|Liuxiang'],
    subcategories: [
      subcategory(
        '床品|Bedding',
        [269, 0.5],
        'd',
        '四件套|Duvet Set, 蚕丝被|Silk Quilt, 乳胶枕|Latex Pillow, 夏凉被|Summer Quilt, 床笠|Fitted Sheet, 毛毯|Blanket',
        '长绒棉|Long-Staple Cotton, 天丝|Tencel, 水洗棉|Washed Cotton, 亚麻|Linen, 桑蚕丝|Mulberry Silk',
        '1.2m床|1.2 m, 1.5m床|1.5 m, 1.8m床|1.8 m',
      ),
      subcategory(
        '毛巾浴品|Towels & Bath',
        [45, 0.4],
        'd',
        '毛巾|Towel, 浴巾|Bath Towel, 浴袍|Bathrobe, 地垫|Bath Mat, 干发帽|Hair Towel, 方巾|Face Cloth',
        '新疆棉|Xinjiang Cotton, 竹纤维|Bamboo Fibre, 华夫格|Waffle, 无捻|Zero-Twist, 速干|Quick-Dry',
        '单条|single, 两条装|pack of 2, 四条装|pack of 4',
      ),
      subcategory(
        '香氛|Fragrance',
        [99, 0.5],
        'c',
        '线香|Incense Sticks, 香薰蜡烛|Scented Candle, 无火香薰|Reed Diffuser, 香囊|Sachet, 精油|Essential Oil, 车载香氛|Car Fragrance',
        '沉香|Agarwood, 檀香|Sandalwood, 桂花|Osmanthus, 白茶|White Tea, 雪松|Cedar',
        '小瓶|small, 标准装|standard, 礼盒装|gift box',
      ),
      subcategory(
        '灯具|Lighting',
        [159, 0.5],
        'd',
        '台灯|Desk Lamp, 小夜灯|Night Light, 落地灯|Floor Lamp, 氛围灯|Mood Light, 阅读灯|Reading Lamp, 灯笼|Lantern',
        '护眼|Eye-Care, 宣纸|Rice-Paper, 竹编|Woven Bamboo, 黄铜|Brass, 可充电|Rechargeable',
        '暖光|warm, 自然光|neutral, 三色|three-tone',
      ),
      subcategory(
        '清洁|Cleaning',
        [29, 0.4],
        'c',
        '洗衣液|Laundry Liquid, 洗洁精|Dish Soap, 抽纸|Tissues, 湿巾|Wet Wipes, 垃圾袋|Bin Bags, 洁厕剂|Toilet Cleaner',
        '天然|Natural, 浓缩|Concentrated, 竹浆|Bamboo-Pulp, 无香|Fragrance-Free, 母婴级|Baby-Safe',
        '1瓶|1 pack, 3瓶装|3 packs, 6瓶装|6 packs, 家庭装|family pack',
      ),
      subcategory(
        '绿植园艺|Plants & Garden',
        [39, 0.6],
        'd',
        '多肉盆栽|Succulent, 文竹|Asparagus Fern, 花盆|Flower Pot, 营养土|Potting Soil, 浇水壶|Watering Can, 干花|Dried Flowers',
        '懒人|Easy-Care, 陶土|Terracotta, 桌面|Desktop, 复古|Retro, 精选|Select',
        '小号|small, 中号|medium, 大号|large',
      ),
    ],
  },
  {
    name: '美妆个护|Beauty & Care',
    brands: ['花间|Huajian', '素颜社|Bare', '本草纪|Herbarium', '月见|Tsukimi', '初雪|First Snow', '植白|Zhibai'],
    subcategories: [
      subcategory(
        '面部护肤|Face Care',
        [139, 0.6],
        'c',
        '精华液|Serum, 面霜|Face Cream, 爽肤水|Toner, 洁面乳|Cleanser, 防晒霜|Sunscreen, 眼霜|Eye Cream',
        '玻尿酸|Hyaluronic, 烟酰胺|Niacinamide, 茶多酚|Tea Polyphenol, 神经酰胺|Ceramide, 敏感肌|Sensitive-Skin',
        '30ml|30 ml, 50ml|50 ml, 100ml|100 ml',
      ),
      subcategory(
        '面膜|Masks',
        [79, 0.45],
        'c',
        '补水面膜|Hydrating Mask, 泥膜|Clay Mask, 眼膜|Eye Mask, 睡眠面膜|Sleeping Mask, 唇膜|Lip Mask, 冻膜|Gel Mask',
        '燕窝|Bird’s Nest, 绿茶|Green Tea, 蜂蜜|Honey, 玫瑰|Rose, 积雪草|Centella',
        '5片|5 pieces, 10片|10 pieces, 20片|20 pieces',
      ),
      subcategory(
        '彩妆|Make-up',
        [109, 0.5],
        'c',
        '口红|Lipstick, 粉底液|Foundation, 眼影盘|Eyeshadow Palette, 眉笔|Brow Pencil, 腮红|Blush, 散粉|Setting Powder',
        '丝绒|Velvet, 雾面|Matte, 水光|Glow, 国风|Heritage, 持妆|Long-Wear',
        '01号色|shade 01, 02号色|shade 02, 03号色|shade 03',
      ),
      subcategory(
        '洗护发|Hair Care',
        [69, 0.45],
        'c',
        '洗发水|Shampoo, 护发素|Conditioner, 发膜|Hair Mask, 护发精油|Hair Oil, 头皮精华|Scalp Serum, 干发喷雾|Dry Shampoo',
        '生姜|Ginger, 何首乌|Heshouwu, 氨基酸|Amino-Acid, 无硅油|Silicone-Free, 茶籽|Tea-Seed',
        '200ml|200 ml, 400ml|400 ml, 600ml|600 ml',
      ),
      subcategory(
        '身体护理|Body Care',
        [59, 0.45],
        'c',
        '身体乳|Body Lotion, 沐浴露|Shower Gel, 护手霜|Hand Cream, 磨砂膏|Body Scrub, 香皂|Soap, 足膜|Foot Mask',
        '乳木果|Shea, 桂花|Osmanthus, 燕麦|Oat, 樱花|Cherry Blossom, 羊奶|Goat Milk',
        '75ml|75 ml, 200ml|200 ml, 400ml|400 ml',
      ),
      subcategory(
        '口腔护理|Oral Care',
        [49, 0.6],
        'c',
        '牙膏|Toothpaste, 电动牙刷|Electric Toothbrush, 漱口水|Mouthwash, 牙线|Dental Floss, 软毛牙刷|Soft Toothbrush, 牙贴|Whitening Strips',
        '益生菌|Probiotic, 竹炭|Charcoal, 绿茶|Green Tea, 美白|Whitening, 清新薄荷|Fresh Mint',
        '单支|single, 3支装|pack of 3, 家庭装|family pack',
      ),
    ],
  },
  {
    name: '服饰|Clothing',
    brands: ['素衣|Suyi', '林下|Linxia', '织物研究|Fabric Lab', '南织|Southloom', '布谷|Cuckoo', '远山|Far Hills'],
    subcategories: [
      subcategory(
        '女装|Women',
        [199, 0.5],
        'd',
        '连衣裙|Dress, 衬衫|Shirt, 针织衫|Knit Sweater, 阔腿裤|Wide-Leg Trousers, 风衣|Trench Coat, 半身裙|Skirt',
        '真丝|Silk, 亚麻|Linen, 新中式|New-Chinese, 羊毛|Wool, 棉质|Cotton',
        sizes,
      ),
      subcategory(
        '男装|Men',
        [189, 0.5],
        'd',
        '衬衫|Shirt, 休闲裤|Chinos, 卫衣|Sweatshirt, 夹克|Jacket, 羊毛衫|Wool Sweater, T恤|T-Shirt',
        '免烫|Non-Iron, 纯棉|Cotton, 亚麻|Linen, 机能|Technical, 重磅|Heavyweight',
        sizes,
      ),
      subcategory(
        '内衣家居服|Underwear & Loungewear',
        [79, 0.45],
        'd',
        '睡衣套装|Pyjama Set, 内裤|Briefs, 文胸|Bra, 保暖衣|Thermals, 家居袍|House Robe, 袜子|Socks',
        '莫代尔|Modal, 桑蚕丝|Mulberry Silk, 棉质|Cotton, 无痕|Seamless, 抗菌|Antibacterial',
        sizes,
      ),
      subcategory(
        '鞋靴|Shoes',
        [239, 0.45],
        'd',
        '小白鞋|White Trainers, 乐福鞋|Loafers, 布鞋|Cloth Shoes, 凉鞋|Sandals, 短靴|Ankle Boots, 家居拖鞋|Slippers',
        '头层牛皮|Full-Grain Leather, 帆布|Canvas, 千层底|Layered-Sole, 轻便|Lightweight, 透气|Breathable',
        '37码|size 37, 39码|size 39, 41码|size 41, 43码|size 43',
      ),
      subcategory(
        '箱包|Bags',
        [259, 0.6],
        'd',
        '帆布包|Tote Bag, 双肩包|Backpack, 斜挎包|Crossbody Bag, 钱包|Wallet, 行李箱|Suitcase, 化妆包|Make-up Bag',
        '植鞣皮|Veg-Tan Leather, 帆布|Canvas, 轻量|Lightweight, 通勤|Commuter, 手工|Handmade',
        '棕色|brown, 黑色|black, 米色|beige',
      ),
      subcategory(
        '配饰|Accessories',
        [89, 0.6],
        'd',
        '围巾|Scarf, 丝巾|Silk Scarf, 帽子|Hat, 腰带|Belt, 发簪|Hair Stick, 手链|Bracelet',
        '羊绒|Cashmere, 真丝|Silk, 编织|Woven, 银饰|Silver, 檀木|Sandalwood',
        '红色|red, 墨绿|dark green, 米白|off-white, 藏青|navy',
      ),
    ],
  },
  {
    name: '母婴亲子|Baby & Kids',
    brands: ['小芽|Little Sprout', '蒲公英|Dandelion', '亲亲熊|Cuddle Bear', '初生|Newborn', '童木|Kidwood', '棉宝|Mianbao'],
    subcategories: [
      subcategory(
        '纸尿裤湿巾|Nappies & Wipes',
        [89, 0.4],
        'c',
        '纸尿裤|Nappies, 拉拉裤|Pull-Up Pants, 婴儿湿巾|Baby Wipes, 棉柔巾|Cotton Tissues, 隔尿垫|Changing Pads, 护臀膏|Nappy Cream',
        '超薄|Ultra-Thin, 云柔|Cloud-Soft, 敏感肌|Sensitive-Skin, 夜用|Night, 纯水|Pure-Water',
        'M码|M, L码|L, XL码|XL, 箱装|case',
      ),
      subcategory(
        '喂养|Feeding',
        [79, 0.5],
        'd',
        '奶瓶|Baby Bottle, 辅食碗|Weaning Bowl, 吸管杯|Straw Cup, 围兜|Bib, 辅食机|Food Maker, 餐椅垫|High-Chair Cushion',
        '玻璃|Glass, 硅胶|Silicone, 防胀气|Anti-Colic, 注水保温|Stay-Warm, 食品级|Food-Grade',
        '绿色|green, 粉色|pink, 黄色|yellow',
      ),
      subcategory(
        '童装|Kids’ Clothing',
        [99, 0.4],
        'd',
        '连体衣|Romper, 儿童T恤|Kids’ T-Shirt, 羽绒马甲|Down Vest, 打底裤|Leggings, 汉服|Hanfu, 睡袋|Sleeping Bag',
        '有机棉|Organic Cotton, 印花|Printed, 加绒|Fleece-Lined, 透气|Breathable, A类|Class-A',
        '80cm|80 cm, 100cm|100 cm, 120cm|120 cm, 140cm|140 cm',
      ),
      subcategory(
        '玩具|Toys',
        [89, 0.55],
        'd',
        '积木|Building Blocks, 拼图|Jigsaw, 毛绒玩偶|Plush Toy, 早教卡|Flash Cards, 滑步车|Balance Bike, 磁力片|Magnetic Tiles',
        '木质|Wooden, 益智|Educational, 国风|Heritage, 恐龙|Dinosaur, 动物|Animal',
        '基础款|basic, 豪华款|deluxe, 礼盒装|gift box',
      ),
      subcategory(
        '绘本文具|Books & Stationery',
        [42, 0.45],
        'd',
        '绘本|Picture Book, 水彩笔|Felt Pens, 书包|School Bag, 作业本|Exercise Books, 文具盒|Pencil Case, 识字卡|Character Cards',
        '双语|Bilingual, 可水洗|Washable, 减负|Ergonomic, 立体|Pop-Up, 节气|Solar-Terms',
        '单件|single, 3件套|set of 3, 10件套|set of 10',
      ),
      subcategory(
        '孕产护理|Maternity',
        [119, 0.5],
        'd',
        '孕妇枕|Maternity Pillow, 哺乳文胸|Nursing Bra, 待产包|Hospital Bag Kit, 防溢乳垫|Nursing Pads, 妊娠油|Stretch-Mark Oil, 收腹带|Belly Band',
        '透气|Breathable, 可拆洗|Washable, 有机棉|Organic Cotton, 一体式|All-in-One, 柔软|Soft',
        'M码|M, L码|L, 均码|one size',
      ),
    ],
  },
  {
    name: '运动户外|Sports & Outdoor',
    brands: ['野径|Wild Trail', '逐风|Zhufeng', '山与|Shanyu', '动静|Motion', '轻装|Lightpack', '浪里|Langli'],
    subcategories: [
      subcategory(
        '瑜伽健身|Yoga & Fitness',
        [99, 0.55],
        'd',
        '瑜伽垫|Yoga Mat, 弹力带|Resistance Band, 哑铃|Dumbbells, 泡沫轴|Foam Roller, 跳绳|Skipping Rope, 健身球|Exercise Ball',
        '天然橡胶|Natural Rubber, 加厚|Extra-Thick, 防滑|Non-Slip, 便携|Portable, 专业|Pro',
        '入门款|starter, 标准款|standard, 进阶款|advanced',
      ),
      subcategory(
        '跑步|Running',
        [189, 0.55],
        'd',
        '跑鞋|Running Shoes, 速干T恤|Quick-Dry Tee, 压缩裤|Compression Tights, 跑步腰包|Running Belt, 运动袜|Sports Socks, 空顶帽|Visor',
        '碳板|Carbon-Plate, 缓震|Cushioned, 反光|Reflective, 透气|Breathable, 超轻|Ultralight',
        sizes,
      ),
      subcategory(
        '露营|Camping',
        [259, 0.6],
        'd',
        '帐篷|Tent, 天幕|Tarp, 折叠椅|Folding Chair, 睡袋|Sleeping Bag, 户外炉具|Camp Stove, 营地灯|Camp Lantern',
        '轻量|Lightweight, 防水|Waterproof, 自动|Pop-Up, 铝合金|Aluminium, 四季|Four-Season',
        '单人|1 person, 双人|2 persons, 四人|4 persons',
      ),
      subcategory(
        '登山徒步|Hiking',
        [289, 0.5],
        'd',
        '冲锋衣|Shell Jacket, 登山鞋|Hiking Boots, 登山杖|Trekking Poles, 徒步背包|Hiking Backpack, 抓绒衣|Fleece, 护膝|Knee Support',
        '防水|Waterproof, 三合一|3-in-1, 碳纤维|Carbon-Fibre, 透气|Breathable, 耐磨|Hard-Wearing',
        sizes,
      ),
      subcategory(
        '骑行|Cycling',
        [149, 0.6],
        'd',
        '骑行头盔|Helmet, 骑行服|Jersey, 车灯|Bike Light, 码表|Bike Computer, 骑行手套|Gloves, 水壶架|Bottle Cage',
        '一体成型|In-Mould, 夜骑|Night-Ride, 减震|Gel-Padded, 智能|Smart, 碳纤维|Carbon-Fibre',
        'M码|M, L码|L, 均码|one size',
      ),
      subcategory(
        '球类|Ball Sports',
        [129, 0.55],
        'd',
        '羽毛球拍|Badminton Racket, 乒乓球拍|Table-Tennis Bat, 篮球|Basketball, 网球拍|Tennis Racket, 羽毛球|Shuttlecocks, 运动护腕|Wristband',
        '训练|Training, 比赛级|Match, 耐打|Durable, 全碳素|Full-Carbon, 青少年|Junior',
        '单只|single, 两只装|pair, 套装|set',
      ),
    ],
  },
];

/** The two halves of a pair. */
export function halves(pair: Pair): { zh: string; en: string } {
  const at = pair.indexOf('|');
  return { zh: pair.slice(0, at), en: pair.slice(at + 1) };
}
